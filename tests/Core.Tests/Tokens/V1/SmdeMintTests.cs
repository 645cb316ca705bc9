using static Portcullis.Tokens.V1.SmdeGate;

namespace Portcullis.Tokens.V1;

public sealed class SmdeMintTests
{
    private static string Claims(SmdePolicy policy, IViewer? viewer = null) => SmdeText.Decode(Mint(policy, viewer).Split('.')[^2]);

    private static MintResult Try(SmdePolicy policy, IViewer? viewer = null, string? sid = Sid) => SmdeMint.Mint(policy, viewer ?? Someone, sid, Key, Now);

    [Fact]
    public void Mint_EveryClaim_StandsWhereSmdePutsIt()
    {
        var policy = Policy with { Ip = true, Co = true, CoFallback = true, Reg = true, RegFallback = true, Cty = true, Nbf = 5, Querystrings = ["device"] };

        var claims = Claims(policy, Someone with { Ip = "2001:db8::7" });

        Assert.Matches("""^\{"ip":true,"co":true,"cty":true,"reg":true,"ssn":true,"exp":1800010800,"headers":\["user-agent"\],"qs":\["device"\],"intsig":"[A-Za-z0-9_-]{43}","paths":\["/out/v1/one/"\],"exc":\["/ads/"\],"ip_ver":6,"co_fallback":true,"reg_fallback":true,"nbf":5,"iat":1800000000\}$""", claims);
    }

    [Fact]
    public void Mint_NothingBound_LeavesIntsigAndFallbacksOut() =>
        Assert.Equal("""{"ip":false,"co":false,"cty":false,"reg":false,"ssn":false,"exp":1800010800,"headers":[],"qs":[],"paths":["/out/v1/one/"],"exc":["/ads/"],"iat":1800000000}""",
            Claims(Policy with { Ssn = false, Headers = [], CoFallback = true, RegFallback = true, CtyFallback = true }));

    [Fact]
    public void Mint_TextOfPaths_IsWrittenAsJavaScriptDoes() =>
        Assert.Contains("\"paths\":[\"/a\\\"\\\\\\n\\u001f<&'\u00e9\u2028\ud83d\ude00/\"]", Claims(Policy with { Paths = ["/a\"\\\n\u001f<&'\u00e9\u2028\ud83d\ude00/"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 12)]
    [InlineData(6, 12)]
    [InlineData(7, 7)]
    [InlineData(64, 64)]
    public void Mint_WithoutSid_DrawsOneOfThePolicysLength(int configured, int length)
    {
        var token = Try(Policy with { SessionAutoGenerate = configured }, sid: null).Token!;

        Assert.Equal(length, token.Sid.Length);
        Assert.All(token.Sid, character => Assert.True(char.IsAsciiLetterOrDigit(character)));
        Assert.StartsWith($"{token.Sid}.", token.Segment, StringComparison.Ordinal);
        Assert.Equal(TokenRejection.None, Judge(token.Segment));
    }

    [Fact]
    public void Mint_PolicyWithoutSession_CarriesNoSid()
    {
        var token = Try(Policy with { Ssn = false }).Token!;

        Assert.Equal("", token.Sid);
        Assert.Equal(3, token.Segment.Split('.').Length);
    }

    [Fact]
    public void Mint_GeoAbsentWithFallback_StillMints()
    {
        var nowhere = Someone with { Country = null, Region = null, City = null };
        var policy = Policy with { Co = true, CoFallback = true, Reg = true, RegFallback = true, Cty = true, CtyFallback = true };

        Assert.Equal(TokenRejection.None, Judge(Mint(policy, nowhere), viewer: nowhere));
        Assert.Equal(TokenRejection.Viewer, Judge(Mint(policy, nowhere)));
    }

    [Fact]
    public void Mint_ViewerLacksWhatIsBound_NamesTheField()
    {
        Assert.Equal("viewer.ip", Try(Policy with { Ip = true }, Viewer.Unknown).Field);
        Assert.Equal("viewer.country", Try(Policy with { Co = true }, Viewer.Unknown).Field);
        Assert.Equal("viewer.region", Try(Policy with { Reg = true }, Viewer.Unknown).Field);
        Assert.Equal("viewer.city", Try(Policy with { Cty = true }, Viewer.Unknown).Field);
    }

    [Fact]
    public void Mint_ValueOutOfRange_NamesTheField()
    {
        Assert.Equal("policy.exp", Try(Policy with { Exp = "3h" }).Field);
        Assert.Equal("sid", Try(Policy, sid: "a.b").Field);
        Assert.Equal("sid", Try(Policy, sid: "").Field);
        Assert.Equal("policy.session_auto_generate", Try(Policy with { SessionAutoGenerate = 65 }, sid: null).Field);
        Assert.Equal("policy.paths", Try(Policy with { Paths = ["/" + new string('a', 4096)] }).Field);
    }

    [Fact]
    public void Mint_V2Key_Throws() =>
        Assert.Throws<ArgumentException>(() => SmdeMint.Mint(Policy, Someone, Sid, Gate.Key, Now));

    [Theory]
    [InlineData("+1h", Now + 3600)]
    [InlineData("+90m", Now + 5400)]
    [InlineData("+99999h", Now + 359_996_400)]
    [InlineData("1900000000", 1_900_000_000)]
    public void TryRead_OneOfTheThreeForms_GivesTheEnd(string text, long expected)
    {
        Assert.True(SmdeExpiry.TryRead(text, Now, out var end));
        Assert.Equal(expected, end);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("+h")]
    [InlineData("+0h")]
    [InlineData("+-1h")]
    [InlineData("+1.5h")]
    [InlineData("+3d")]
    [InlineData("+3H")]
    [InlineData("+100000h")]
    [InlineData("3h")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    public void TryRead_OtherText_IsRefused(string? text) => Assert.False(SmdeExpiry.TryRead(text, Now, out _));
}
