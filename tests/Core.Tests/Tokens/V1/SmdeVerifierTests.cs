using System.Text;
using Portcullis.Keys;
using static Portcullis.Tokens.V1.SmdeGate;

namespace Portcullis.Tokens.V1;

public sealed class SmdeVerifierTests
{
    private const string Claims = """{"ip":false,"co":false,"cty":false,"reg":false,"ssn":false,"exp":1900000000,"headers":[],"qs":[],"paths":["/out/"],"exc":[],"iat":1800000000}""";

    private static string Sign(string claims) => SmdeLibrary.Sign(claims, KeyId, Secret);

    [Fact]
    public void Verify_MintedToken_NamesItsSessionAndPathWithoutClaims() =>
        Assert.Equal(new TokenVerdict(TokenRejection.None, Sid, "/out/v1/one/a b.ts", null), Verify(Mint(Policy), "/out/v1/one/a%20b.ts"));

    [Fact]
    public void Verify_TokenWithoutSession_NamesNone() =>
        Assert.Equal(new TokenVerdict(TokenRejection.None, null, Manifest, null), Verify(Mint(Policy with { Ssn = false })));

    [Theory]
    [InlineData("/out/v1/one/../one/index.m3u8")]
    [InlineData("/out/v1/one/../two/index.m3u8")]
    [InlineData("/out/v1/one/%2e%2E/two/index.m3u8")]
    [InlineData("/out/v1/one/.")]
    [InlineData("/out/v1/one/x/..")]
    [InlineData("/out/v1/one/./%61")]
    [InlineData("/out/v1/one/%2fx")]
    [InlineData("/out/v1/one/\\x")]
    [InlineData("/out/v1/one/%00")]
    [InlineData("/out/v1/one/%zz")]
    [InlineData("/out/v1/one/%ff")]
    [InlineData("/ads/../secret/a.ts")]
    public void Verify_PathThatCouldMeanTwoThings_IsRefused(string path) => Assert.Equal(TokenRejection.Path, Judge(Mint(Policy), path));

    [Theory]
    [InlineData("/out/v1/one/.hidden", TokenRejection.None)]
    [InlineData("/out/v1/one/a..b", TokenRejection.None)]
    [InlineData("/out/v1/one/%c3%a4", TokenRejection.None)]
    [InlineData("/out/v1/%6fne/a", TokenRejection.Path)]
    [InlineData("/out/v1/one", TokenRejection.Path)]
    [InlineData("/Out/v1/one/a", TokenRejection.Path)]
    public void Verify_Path_IsComparedAsItCame(string path, TokenRejection expected) => Assert.Equal(expected, Judge(Mint(Policy), path));

    [Theory]
    [InlineData("/out/v1/one/a.ts", TokenRejection.None)]
    [InlineData("/out/v1/onerous", TokenRejection.Path)]
    [InlineData("/ads/a.ts", TokenRejection.Path)]
    public void Verify_PathsOfTheKey_HoldWhateverTheTokenClaims(string path, TokenRejection expected)
    {
        var keys = new KeySet(null, [SigningKey.ForV1(KeyId, Secret, ["/out/v1/one"])]);

        Assert.Equal(expected, Verify(Mint(Policy with { Paths = ["/out/v1/"] }), path, keys: keys).Rejection);
    }

    [Theory]
    [InlineData(Now, TokenRejection.None)]
    [InlineData(Now + 1, TokenRejection.Key)]
    public void Verify_EndOfTheKey_EndsItsTokens(long now, TokenRejection expected)
    {
        var keys = new KeySet(null, [SigningKey.ForV1(KeyId, Secret, notAfter: Now + 1)]);

        Assert.Equal(expected, Verify(Mint(Policy), now: now, keys: keys).Rejection);
    }

    [Theory]
    [InlineData(-1, TokenRejection.NotYetValid)]
    [InlineData(0, TokenRejection.None)]
    public void Verify_NotBefore_HasNoLeeway(int later, TokenRejection expected) =>
        Assert.Equal(expected, Judge(Mint(Policy with { Nbf = Now }), now: Now + later));

    [Theory]
    [InlineData("203.0.113.7", "2001:db8::7", 4)]
    [InlineData("2001:db8::7", "203.0.113.7", 6)]
    public void Verify_AddressOfTheOtherVersion_IsRefused(string minted, string asking, int version)
    {
        var segment = Mint(Policy with { Ip = true }, Someone with { Ip = minted });

        Assert.Contains($"\"ip_ver\":{version}", SmdeText.Decode(segment.Split('.')[2]));
        Assert.Equal(TokenRejection.None, Judge(segment, viewer: Someone with { Ip = minted }));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Ip = asking }));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Ip = null }));
    }

    [Fact]
    public void Verify_RepeatedClaimsAndUnknownOnes_AreReadAsSmdeDoes() =>
        Assert.Equal(TokenRejection.None, Judge(Sign(Claims.Replace("\"ip\":false", "\"paths\":[\"/no/\"],\"sub\":{\"a\":[1]},\"ip\":false", StringComparison.Ordinal))));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"paths\":[\"/out/\"]}")]
    [InlineData("{\"exc\":[]}")]
    [InlineData("{$,\"ver\":1}")]
    [InlineData("{$,\"ver\":2}")]
    [InlineData("{$,\"ver\":null}")]
    [InlineData("{$,\"ip\":1}")]
    [InlineData("{$,\"co\":null}")]
    [InlineData("{$,\"exp\":\"1900000000\"}")]
    [InlineData("{$,\"exp\":null}")]
    [InlineData("{$,\"exp\":1.5}")]
    [InlineData("{$,\"exp\":1e99}")]
    [InlineData("{$,\"headers\":\"user-agent\"}")]
    [InlineData("{$,\"headers\":[1]}")]
    [InlineData("{$,\"intsig\":1}")]
    [InlineData("{$,\"exc\":[\"\\ud800\"]}")]
    [InlineData("{$")]
    [InlineData("{$}{}")]
    public void Verify_SignedClaimsThatSmdeDoesNotWrite_AreMalformed(string claims) =>
        Assert.Equal(TokenRejection.Malformed, Judge(Sign(claims.Replace("$", "\"paths\":[\"/out/\"],\"exc\":[]", StringComparison.Ordinal))));

    [Fact]
    public void Verify_SmallestClaims_AreThoseTwoLists() =>
        Assert.Equal(TokenRejection.None, Judge(Sign("{\"paths\":[\"/out/\"],\"exc\":[]}")));

    [Theory]
    [InlineData("a%43b", TokenRejection.Malformed)]
    [InlineData("a~b", TokenRejection.Malformed)]
    [InlineData("", TokenRejection.Malformed)]
    [InlineData("a-b_c", TokenRejection.None)]
    public void Verify_SidInFront_MustHaveTheFormOfOne(string sid, TokenRejection expected) =>
        Assert.Equal(expected, Judge($"{sid}.{Mint(Policy with { Ssn = false, Headers = [] })}"));

    [Fact]
    public void Verify_KeyOfTheOtherFormat_NeverAdmits()
    {
        // The same secrets on both sides: only the format of the key id separates them.
        var v2 = new SigningKey("k2", Encoding.ASCII.GetBytes(Secret), Encoding.ASCII.GetBytes(new string('x', 32)));
        var v1 = SigningKey.ForV1("k1v", Secret);
        var keys = new KeySet(null, [v1, v2]);
        var claimsOfV2 = $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{Sid}}","paths":["/out"]}""";

        Assert.Equal(TokenRejection.None, Verify($"{Sid}.{SmdeLibrary.Sign(claimsOfV2, "k2", Secret)}", keys: keys).Rejection);
        Assert.Equal(TokenRejection.Malformed, Verify($"{Sid}.{SmdeLibrary.Sign(claimsOfV2, "k1v", Secret)}", keys: keys).Rejection);
        Assert.Equal(TokenRejection.None, Verify($"{Sid}.{SmdeLibrary.Sign(Claims, "k1v", Secret)}", keys: keys).Rejection);
        Assert.Equal(TokenRejection.Malformed, Verify($"{Sid}.{SmdeLibrary.Sign(Claims, "k2", Secret)}", keys: keys).Rejection);
    }

    [Fact]
    public void Authenticate_V1Token_IsNotRenewed()
    {
        var form = TokenVerifier.Authenticate(Encoding.ASCII.GetBytes($"/{Mint(Policy)}{Manifest}"), LiveKeys, out var claims, out _);

        Assert.Equal(TokenRejection.Key, form);
        Assert.Null(claims);
    }
}
