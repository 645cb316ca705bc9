using System.Buffers.Text;
using System.Text;
using Portcullis.Enforcement;
using Portcullis.Keys;
using Portcullis.Revocations;
using Portcullis.Tokens.V1;

namespace Portcullis.Tokens;

/// <summary>
/// The faults of SMDE's tokens, by their number in the reference: v2 has none of them. v1 must keep 1 to 4, and of 5 all but the dot
/// segments: otherwise SMDE's edge would refuse our tokens, or ours would refuse what SMDE's library minted.
/// </summary>
public sealed class SmdeFaultsTests
{
    private const string Segment = "/out/v1/one/seg-1.ts";

    private static readonly TokenPolicy V2Policy = Gate.Policy with { Paths = ["/out/v1/one"], Exc = ["/ads"] };

    private static TokenRejection JudgeV2(string segment, string path = Segment, IViewer? viewer = null) => Gate.Judge(segment, path, viewer, Gate.Now);

    private static TokenRejection JudgeV1(string segment, string path = Segment, IViewer? viewer = null) => SmdeGate.Judge(segment, path, viewer);

    // Fault 1: one key for JWT and attribute MAC, without domain separation. v1 keeps it.

    [Fact]
    public void Fault1_AttributeMacAsSignature_MakesAnyV1Token()
    {
        // The viewer chooses what is signed: a whole token, sent as the header that the policy binds.
        var wanted = $"{HeaderOf(SmdeGate.KeyId)}.{Encode("""{"exp":4000000000,"headers":[],"qs":[],"paths":["/"],"exc":[]}""")}";
        var mint = SmdeGate.Mint(SmdeGate.Policy with { Ssn = false, Headers = ["referer"] }, SmdeGate.WithHeaders(("referer", wanted)));
        var forged = $"{wanted}.{ClaimOf(mint, "intsig")}";

        Assert.Equal(TokenRejection.None, JudgeV1(forged, "/another/title.ts"));
        Assert.True(SmdeGate.EdgeAdmits(forged, "/another/title.ts"));
    }

    [Fact]
    public void Fault1_AttributeMacAsSignature_MakesNoV2Token()
    {
        var wanted = $"{HeaderOf("k1")}.{Encode($$"""{"ver":2,"iat":{{Gate.Now}},"exp":{{Gate.Now + 60}},"sid":"{{Gate.Sid}}","paths":["/"]}""")}";
        var mint = Gate.Mint(V2Policy with { Bind = new() { Headers = ["referer"] } }, SmdeGate.WithHeaders(("referer", wanted)));
        var forged = $"{Gate.Sid}.{wanted}.{ClaimOf(mint, "bind")}";

        Assert.Equal(TokenRejection.Signature, JudgeV2(forged, "/another/title.ts"));
    }

    [Fact]
    public void Fault1_OracleOfAV1Key_MakesNoV2Token()
    {
        var claims = Encode($$"""{"ver":2,"iat":{{Gate.Now}},"exp":{{Gate.Now + 60}},"sid":"{{Gate.Sid}}","paths":["/"]}""");
        foreach (var keyId in new[] { SmdeGate.KeyId, "k1" })
        {
            var wanted = $"{HeaderOf(keyId)}.{claims}";
            var mint = SmdeGate.Mint(SmdeGate.Policy with { Ssn = false, Headers = ["referer"] }, SmdeGate.WithHeaders(("referer", wanted)));
            var verdict = SmdeGate.Verify($"{Gate.Sid}.{wanted}.{ClaimOf(mint, "intsig")}", "/another/title.ts");

            // Under the v1 key id it is a v1 token with a claim of v2; under a v2 key id the signature is of another key.
            Assert.Equal(keyId == "k1" ? TokenRejection.Signature : TokenRejection.Malformed, verdict.Rejection);
        }
    }

    [Fact]
    public void Fault1_V1Key_IsRefusedByTheMintOfV2() =>
        Assert.Throws<ArgumentException>(() => TokenMint.Mint(V2Policy, Gate.Someone, Gate.Sid, SmdeGate.Key, Gate.Now));

    // Fault 2: values joined by ':' without lengths, absent ones skipped. v1 keeps it.

    [Fact]
    public void Fault2_ValueMovedBetweenHeaders_PassesV1Only()
    {
        var minted = SmdeGate.WithHeaders(("a", "1:2"), ("b", "3"));
        var moved = SmdeGate.WithHeaders(("a", "1"), ("b", "2:3"));

        Assert.Equal(TokenRejection.None, JudgeV1(SmdeGate.Mint(SmdeGate.Policy with { Headers = ["a", "b"] }, minted), viewer: moved));
        Assert.Equal(TokenRejection.Viewer, JudgeV2(Gate.Mint(V2Policy with { Bind = new() { Headers = ["a", "b"] } }, minted), viewer: moved));
    }

    [Fact]
    public void Fault2_AllBoundHeadersLeftOut_PassesV1Only()
    {
        var bare = SmdeGate.WithHeaders();

        Assert.Equal(TokenRejection.None, JudgeV1(SmdeGate.Mint(SmdeGate.Policy with { Ssn = false }), viewer: bare));
        Assert.Equal(TokenRejection.Viewer, JudgeV2(Gate.Mint(V2Policy with { Bind = new() { Headers = ["user-agent"] } }), viewer: bare));
    }

    // Fault 3: a missing geo header with fallback skips every check, the sid's included. v1 keeps it.

    [Fact]
    public void Fault3_GeoHeaderMissingWithFallback_SkipsAllChecksOfV1Only()
    {
        var elsewhere = Viewer.Unknown;
        var v1 = SmdeGate.Mint(SmdeGate.Policy with { Co = true, CoFallback = true, Ip = false });
        var v2 = Gate.Mint(V2Policy with { Bind = new() { Country = GeoBinding.WhenPresent, Headers = ["user-agent"] } });

        Assert.Equal(TokenRejection.None, JudgeV1(Swap(v1), viewer: elsewhere));
        Assert.Equal(TokenRejection.Session, JudgeV2(Swap(v2), viewer: elsewhere));
        Assert.Equal(TokenRejection.Viewer, JudgeV2(v2, viewer: elsewhere));
    }

    // Fault 4: on exc paths the sid is not authenticated. v1 keeps it.

    [Fact]
    public void Fault4_SidOnExceptedPath_IsFreeInV1Only()
    {
        Assert.Equal(TokenRejection.None, JudgeV1(Swap(SmdeGate.Mint(SmdeGate.Policy)), "/ads/a.ts"));
        Assert.Equal(TokenRejection.Session, JudgeV2(Swap(Gate.Mint(V2Policy)), "/ads/a.ts"));
    }

    // Fault 5, in parts.

    /// <summary>v1 keeps it: SMDE's edge refuses every token whose MAC holds the city.</summary>
    [Fact]
    public void Fault5_City_IsVerifiedInV2Only()
    {
        var elsewhere = Gate.Someone with { City = "Paris" };

        Assert.Equal(TokenRejection.None, JudgeV1(SmdeGate.Mint(SmdeGate.Policy with { Cty = true }), viewer: SmdeGate.Someone with { City = "Paris" }));
        Assert.Equal(TokenRejection.Viewer, JudgeV2(Gate.Mint(V2Policy with { Bind = new() { City = GeoBinding.Required } }), viewer: elsewhere));
    }

    /// <summary>v1 keeps it: an asset's policy may rely on prefixes.</summary>
    [Fact]
    public void Fault5_PathPrefix_EndsAtASegmentInV2Only()
    {
        Assert.Equal(TokenRejection.None, JudgeV1(SmdeGate.Mint(SmdeGate.Policy with { Paths = ["/video/1"] }), "/video/10/a.ts"));
        Assert.Equal(TokenRejection.Path, JudgeV2(Gate.Mint(V2Policy with { Paths = ["/video/1"] }), "/video/10/a.ts"));
    }

    /// <summary>v1 need not keep it: players resolve dot segments before they ask.</summary>
    [Theory]
    [InlineData("/out/v1/one/../../../secret.ts")]
    [InlineData("/out/v1/one/%2e%2e/two/a.ts")]
    public void Fault5_DotSegments_LeadNowhereInEither(string path)
    {
        var v1 = SmdeGate.Mint(SmdeGate.Policy);

        Assert.True(SmdeGate.EdgeAdmits(v1, path));
        Assert.Equal(TokenRejection.Path, JudgeV1(v1, path));
        Assert.Equal(TokenRejection.Path, JudgeV2(Gate.Mint(V2Policy), path));
    }

    /// <summary>v1 keeps it at the edge; its mint always writes an expiry.</summary>
    [Fact]
    public void Fault5_TokenWithoutExpiry_LivesForeverInV1Only()
    {
        var v1 = SmdeLibrary.Sign("""{"paths":["/out/"],"exc":[]}""", SmdeGate.KeyId, SmdeGate.Secret);
        var v2 = SignV2($$"""{"ver":2,"iat":{{Gate.Now}},"sid":"{{Gate.Sid}}","paths":["/out"]}""");

        Assert.Equal(TokenRejection.None, SmdeGate.Judge(v1, Segment, now: 253_402_300_799));
        Assert.Equal(TokenRejection.Malformed, JudgeV2(v2));
    }

    // Fault 6: a revocation is a prefix of paths; v1's sids are revoked as v2's are, whole.

    [Fact]
    public void Fault6_RevocationOfAShortSid_BlocksThatSidOnly()
    {
        var plan = LocalEdgePlan.Draw(Decisions.State(Decisions.Revoke("d1", Subject.Session(Gate.Sid[..1]), until: Gate.Now + 60)), KeySet.Empty, Gate.Now);

        Assert.True(plan.IsRevoked(Gate.Sid[..1], Gate.Now));
        Assert.False(plan.IsRevoked(Gate.Sid, Gate.Now));
    }

    private static string HeaderOf(string keyId) => Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{keyId}}"}""");

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string ClaimOf(string segment, string name) =>
        System.Text.Json.Nodes.JsonNode.Parse(SmdeText.Decode(segment.Split('.')[^2]))![name]!.ToString();

    /// <summary>The same token behind another sid.</summary>
    private static string Swap(string segment) => "zzzzzzzzzzzzzzzz" + segment[segment.IndexOf('.', StringComparison.Ordinal)..];

    private static string SignV2(string claims)
    {
        var signed = $"{HeaderOf("k1")}.{Encode(claims)}";
        var mac = new byte[32];
        Gate.Key.Sign(Encoding.ASCII.GetBytes(signed), mac);
        return $"{Gate.Sid}.{signed}.{Base64Url.EncodeToString(mac)}";
    }
}
