using System.Buffers.Text;
using System.Text;
using FsCheck.Fluent;
using Portcullis.Keys;
using static Portcullis.Tokens.Gate;

namespace Portcullis.Tokens;

public sealed class TokenVerifierTests
{
    [Fact]
    public void Verify_MintedToken_IsAcceptedWithItsClaims()
    {
        var verdict = Verify($"/{Mint(Policy)}{MediaSegment}");

        Assert.True(verdict.IsAccepted);
        Assert.Equal(Sid, verdict.Sid);
        Assert.Equal(MediaSegment, verdict.Path);
        Assert.Equal(Now + 3600, verdict.ExpiresAt);
    }

    [Fact]
    public void Verify_AnyPolicy_AcceptsWhatWasMintedForTheViewer()
    {
        var policies =
            from ip in Gen.Elements(true, false)
            from geo in Gen.Elements(GeoBinding.None, GeoBinding.Required, GeoBinding.WhenPresent).ArrayOf(3)
            from headers in Gen.SubListOf<string>(["user-agent", "accept", "x-absent"])
            from query in Gen.SubListOf<string>(["device", "absent"])
            from lifetime in Gen.Choose(10, TokenVerifier.DefaultMaxTokenLifetime)
            select Policy with
            {
                Lifetime = lifetime,
                MaxSession = 604_800,
                Bind = new ViewerBinding { Ip = ip, Country = geo[0], Region = geo[1], City = geo[2], Headers = [.. headers], Query = [.. query] },
            };

        Seeded.Holds(policies.Values(), policy => Judge(Mint(policy)) == TokenRejection.None);
    }

    [Fact]
    public void Verify_ChangedByteAnywhereInTheToken_IsNeverAccepted()
    {
        var path = Encoding.ASCII.GetBytes($"/{Mint(Policy with { Bind = new ViewerBinding { Ip = true } })}/live/one/a.m4s");
        var length = Array.IndexOf(path, (byte)'/', 1) + 1;

        for (var at = 0; at < length; at++)
        {
            var original = path[at];
            for (var value = 0; value < 256; value++)
            {
                if (value == original)
                    continue;
                path[at] = (byte)value;
                Assert.False(TokenVerifier.Verify(path, default, Someone, LiveKeys, Now).IsAccepted, $"byte {at} changed to {value}");
            }
            path[at] = original;
        }
    }

    [Theory]
    [InlineData("/live/one/a.m4s", TokenRejection.Missing)]
    [InlineData("/a.b/live/one/a.m4s", TokenRejection.Malformed)]
    public void Verify_NoToken_IsRefused(string path, TokenRejection expected) => Assert.Equal(expected, Verify(path).Rejection);

    [Fact]
    public void Verify_UnknownKey_IsRefused()
    {
        var segment = TokenMint.Mint(Policy, Someone, Sid, KeyOf("k9", 1), Now).Token!.Segment;

        Assert.Equal(TokenRejection.Key, Judge(segment));
    }

    [Fact]
    public void Verify_SameKeyIdWithOtherSecret_IsRefusedByItsSignature()
    {
        var segment = TokenMint.Mint(Policy, Someone, Sid, KeyOf("k1", 9), Now).Token!.Segment;

        var verdict = Verify($"/{segment}{MediaSegment}");

        Assert.Equal(TokenRejection.Signature, verdict.Rejection);
        Assert.Null(verdict.Sid);
    }

    [Fact]
    public void Verify_NoKeys_RefusesAll() =>
        Assert.Equal(TokenRejection.Key, TokenVerifier.Verify(Encoding.ASCII.GetBytes($"/{Mint(Policy)}{MediaSegment}"), default, Someone, KeySet.Empty, Now).Rejection);

    [Theory]
    [InlineData("/live/one/a.m4s")]
    [InlineData("/open/a.m4s")]
    public void Verify_OtherSid_IsRefusedOnEveryPath(string path)
    {
        var segment = Mint(Policy with { Exc = ["/open"] });
        var other = "zZ3dE6gH9jK2mN5p" + segment[Sid.Length..];

        Assert.Equal(TokenRejection.None, Judge(segment, path));
        Assert.Equal(TokenRejection.Session, Judge(other, path));
    }

    [Fact]
    public void Verify_SidLeftOut_IsRefused() => Assert.Equal(TokenRejection.Session, Judge(Mint(Policy)[(Sid.Length + 1)..]));

    [Fact]
    public void Verify_SignedClaimsWithoutSid_AreRefused() =>
        Assert.Equal(TokenRejection.Session, Judge(Sign(claims => claims with { Sid = "" })[1..]));

    [Theory]
    [InlineData(86_400, TokenRejection.None)]
    [InlineData(86_401, TokenRejection.Lifetime)]
    [InlineData(0, TokenRejection.Lifetime)]
    [InlineData(-1, TokenRejection.Lifetime)]
    public void Verify_Lifetime_IsAtMostTheLongest(int lifetime, TokenRejection expected) =>
        Assert.Equal(expected, Judge(Sign(claims => claims with { ExpiresAt = Now + lifetime })));

    [Fact]
    public void Verify_ConfiguredLongestLifetime_IsApplied() =>
        Assert.Equal(TokenRejection.Lifetime, TokenVerifier.Verify(Encoding.ASCII.GetBytes($"/{Mint(Policy)}{MediaSegment}"), default, Someone, LiveKeys, Now, maxTokenLifetime: 3599).Rejection);

    [Theory]
    [InlineData(3599, TokenRejection.None)]
    [InlineData(3600, TokenRejection.Expired)]
    public void Verify_Expiry_HasNoLeeway(int later, TokenRejection expected) => Assert.Equal(expected, Judge(Mint(Policy), now: Now + later));

    [Theory]
    [InlineData(5, TokenRejection.None)]
    [InlineData(6, TokenRejection.NotYetValid)]
    public void Verify_NotBefore_HasFiveSecondsOfLeeway(int ahead, TokenRejection expected) =>
        Assert.Equal(expected, Judge(Sign(claims => claims with { NotBefore = Now + ahead })));

    [Theory]
    [InlineData("/live/one", TokenRejection.None)]
    [InlineData("/live/one/x", TokenRejection.None)]
    [InlineData("/live/%6fne/x", TokenRejection.None)]
    [InlineData("/live/two/../one/x", TokenRejection.None)]
    [InlineData("/live/one0/x", TokenRejection.Path)]
    [InlineData("/live/one/../two", TokenRejection.Path)]
    [InlineData("/live/one/%2e%2e/two", TokenRejection.Path)]
    [InlineData("/live/one%2fx", TokenRejection.Path)]
    [InlineData("/live/one/%2f/x", TokenRejection.Path)]
    [InlineData("/live/one/\\x", TokenRejection.Path)]
    [InlineData("/live/one/%00", TokenRejection.Path)]
    [InlineData("//live/one/x", TokenRejection.Path)]
    [InlineData("/", TokenRejection.Path)]
    public void Verify_Path_IsComparedNormalizedOnSegments(string path, TokenRejection expected) => Assert.Equal(expected, Judge(Mint(Policy), path));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS512","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":""}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":1}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k1","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k1","crit":[]}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k1"} x""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"\u006b1"}""")]
    [InlineData("""{"alg":"\ud800","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"\ud800":"HS256","typ":"JWT","kid":"k1"}""")]
    public void Verify_HeaderThatNoMintWrites_IsMalformed(string header)
    {
        var parts = Mint(Policy).Split('.');
        parts[1] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));

        Assert.Equal(TokenRejection.Malformed, Judge(string.Join('.', parts)));
    }

    [Fact]
    public void Verify_KeyIdThatIsNoUtf8_IsMalformed()
    {
        byte[] header = [.. """{"alg":"HS256","typ":"JWT","kid":"k"""u8, 0xff, .. "\"}"u8];

        Assert.Equal(TokenRejection.Malformed, Judge($"{Sid}.{Base64Url.EncodeToString(header)}.e30.AA"));
    }

    [Fact]
    public void Verify_AnyBytesAsHeader_NeverThrows()
    {
        string[] pieces = ["{", "}", "\"", "\"alg\":", "\"HS256\"", "\"typ\":\"JWT\"", "\"kid\":", "\"k1\"", ",", "\\ud800", "\\u006b", "\u00ff", "\u0080", "1", "[", "]", "null", " "];
        Seeded.Holds(Gen.Elements(pieces).ArrayOf().Values(), chosen =>
            Judge($"{Sid}.{Base64Url.EncodeToString(Encoding.Latin1.GetBytes(string.Concat(chosen) + " "))}.e30.AA") != TokenRejection.None, cases: 5000);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"ver\":2")]
    [InlineData("{\"ver\":1,$}")]
    [InlineData("{\"ver\":\"2\",$}")]
    [InlineData("{$}")]
    [InlineData("{\"ver\":2,\"ver\":2,$}")]
    [InlineData("{\"ver\":2,$,\"exp\":1900000000}")]
    [InlineData("{\"ver\":2,$,\"unknown\":1}")]
    [InlineData("{\"ver\":2,$,\"nbf\":-1}")]
    [InlineData("{\"ver\":2,$,\"nbf\":1.5}")]
    [InlineData("{\"ver\":2,$,\"attr\":[\"ip\"]}")]
    [InlineData("{\"ver\":2,$,\"bind\":\"x\"}")]
    [InlineData("{\"ver\":2,$,\"exc\":[1]}")]
    [InlineData("{\"ver\":2,$,\"exc\":[\"\\ud800\"]}")]
    [InlineData("{\"ver\":2,$}{}")]
    public void Verify_SignedClaimsThatNoMintWrites_AreMalformed(string claims)
    {
        var valid = $"\"iat\":{Now},\"exp\":{Now + 60},\"sid\":\"{Sid}\",\"paths\":[\"/live/one\"]";

        Assert.Equal(TokenRejection.Malformed, Judge(SignText(claims.Replace("$", valid, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("\"ver\":2")]
    [InlineData("\"iat\":1800000000")]
    [InlineData("\"exp\":1800000060")]
    [InlineData("\"nbf\":1800000000")]
    [InlineData("\"sst\":1800000000")]
    [InlineData("\"sid\":\"aB3dE6gH9jK2mN5p\"")]
    [InlineData("\"paths\":[\"/live/one\"]")]
    [InlineData("\"exc\":[]")]
    [InlineData("\"attr\":[]")]
    [InlineData("\"headers\":[]")]
    [InlineData("\"qs\":[]")]
    [InlineData("\"opt\":{}")]
    [InlineData("\"opt\":{\"zz\":\"x\"}")]
    public void Verify_ClaimGivenTwice_IsMalformed(string claim)
    {
        string[] all = ["\"ver\":2", $"\"iat\":{Now}", $"\"exp\":{Now + 60}", $"\"sid\":\"{Sid}\"", "\"paths\":[\"/live/one\"]"];
        string[] once = [.. all.Where(other => other != claim), claim];

        Assert.Equal(TokenRejection.None, Judge(SignText($"{{{string.Join(',', once)}}}")));
        Assert.Equal(TokenRejection.Malformed, Judge(SignText($"{{{string.Join(',', once)},{claim}}}")));
        Assert.Equal(TokenRejection.Malformed, Judge(SignText($"{{{string.Join(", ", once)}, {claim}}}")));
    }

    [Theory]
    [InlineData("e30=")]
    [InlineData("e3\t0")]
    [InlineData("e30\r\n")]
    [InlineData("e")]
    [InlineData("e31")]
    [InlineData("e+")]
    [InlineData("")]
    public void TryDecode_OtherSpellingsOfBase64_AreRefused(string encoded) =>
        Assert.False(Base64Text.TryDecode(Encoding.ASCII.GetBytes(encoded), new byte[64], out _));

    [Fact]
    public void TryDecode_AnyForeignByteAnywhere_IsRefused()
    {
        for (var bytes = 1; bytes <= 9; bytes++)
        {
            var valid = Base64Url.EncodeToString(new byte[bytes]);
            Assert.True(Base64Text.TryDecode(Encoding.ASCII.GetBytes(valid), new byte[64], out _));
            foreach (var foreign in new[] { "=", "==", "===", "%", "%%", " ", "  ", "   ", "\t", "\r\n", "+", "/" })
            {
                for (var at = 0; at <= valid.Length; at++)
                    Assert.False(Base64Text.TryDecode(Encoding.ASCII.GetBytes(valid.Insert(at, foreign)), new byte[64], out _), $"'{foreign}' at {at} of {valid}");
            }
        }
    }

    [Fact]
    public void Status_AnyRejection_IsForThePlayerAndHelpsNoAttacker()
    {
        foreach (var rejection in Enum.GetValues<TokenRejection>())
            Assert.Equal(rejection == TokenRejection.None, rejection.Status() == 200);
        Assert.Equal((401, "invalid", "signature"), (TokenRejection.Signature.Status(), TokenRejection.Signature.PublicReason(), TokenRejection.Signature.LogReason()));
        Assert.Equal((401, "expired"), (TokenRejection.Expired.Status(), TokenRejection.Expired.PublicReason()));
        Assert.Equal((403, "viewer"), (TokenRejection.Viewer.Status(), TokenRejection.Viewer.PublicReason()));
        Assert.Equal((503, "unavailable"), (TokenRejection.Store.Status(), TokenRejection.Store.PublicReason()));
        Assert.Equal("early", TokenRejection.NotYetValid.LogReason());
    }

    [Fact]
    public void Authenticate_ExpiredToken_GivesItsClaims()
    {
        var form = TokenVerifier.Authenticate(Encoding.ASCII.GetBytes($"/{Sign(claims => claims with { ExpiresAt = Now - 1 })}/elsewhere"), LiveKeys, out var claims, out _);

        Assert.Equal(TokenRejection.None, form);
        Assert.Equal(Sid, claims!.Sid);
    }

    [Fact]
    public void Authenticate_OtherSid_GivesNoClaims()
    {
        var form = TokenVerifier.Authenticate(Encoding.ASCII.GetBytes($"/x{Mint(Policy)}/"), LiveKeys, out var claims, out _);

        Assert.Equal(TokenRejection.Session, form);
        Assert.Null(claims);
    }

    private static string SignText(string claims)
    {
        var signed = $"{Encoding.ASCII.GetString(Key.EncodedHeader)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var mac = new byte[32];
        Key.Sign(Encoding.ASCII.GetBytes(signed), mac);
        return $"{Sid}.{signed}.{Base64Url.EncodeToString(mac)}";
    }
}
