using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

public sealed class SmdeRulesTests
{
    private static readonly SmdePolicy Policy = new() { Paths = ["/live/one/"], Ssn = true };

    private static readonly Asset Valid = new() { Id = "match-1", Path = "/live/one/master.m3u8", Format = TokenFormat.V1, V1Policy = Policy };

    private static string[] Fields(Asset asset) => [.. AssetRules.Check(asset).Select(error => error.Field)];

    private static string[] Fields(SmdePolicy policy) => Fields(Valid with { V1Policy = policy });

    [Theory]
    [InlineData(Carriage.Path)]
    [InlineData(Carriage.Query)]
    public void Check_V1Asset_HasNoErrors(Carriage carriage) =>
        Assert.Empty(AssetRules.Check(Valid with { Policy = new() { Carriage = carriage, AllowedViewers = 3 } }));

    [Fact]
    public void Check_EveryFieldOfThePolicy_IsAdmitted() => Assert.Empty(AssetRules.Check(Valid with
    {
        V1Policy = new()
        {
            Paths = ["/live/one", "/ads/"], Exc = ["/keys/"], Exp = "1999999999", Nbf = 1_645_000_000, SessionAutoGenerate = 64, Ip = true, Co = true, CoFallback = true,
            Reg = true, RegFallback = true, Cty = true, CtyFallback = true, Headers = ["user-agent", "Referer"], Querystrings = ["device[]"],
        },
    }));

    [Fact]
    public void Check_FieldOfWrongForm_IsNamed()
    {
        Assert.Equal(["v1Policy"], Fields(Valid with { V1Policy = null }));
        Assert.Equal(["format"], Fields(Valid with { Format = 0 }));
        Assert.Equal(["v1Policy.paths"], Fields(Policy with { Paths = [] }));
        Assert.Equal(["v1Policy.paths"], Fields(Policy with { Paths = null! }));
        Assert.Equal(["v1Policy.paths[1]", "v1Policy.paths[2]", "v1Policy.paths[3]"], Fields(Policy with { Paths = ["/live/", "", null!, "live"] }));
        Assert.Equal(["v1Policy.exc[0]"], Fields(Policy with { Exc = ["/" + new string('a', 512)] }));
        Assert.Equal(["v1Policy.paths"], Fields(Policy with { Paths = [.. Enumerable.Repeat("/live/", 65)] }));
        Assert.Equal(["v1Policy.exp"], Fields(Policy with { Exp = "never" }));
        Assert.Equal(["v1Policy.exp"], Fields(Policy with { Exp = null! }));
        Assert.Equal(["v1Policy.nbf"], Fields(Policy with { Nbf = -1 }));
        Assert.Equal(["v1Policy.session_auto_generate"], Fields(Policy with { SessionAutoGenerate = 65 }));
        Assert.Equal(["v1Policy.headers[0]"], Fields(Policy with { Headers = ["user agent"] }));
        Assert.Equal(["v1Policy.querystrings[0]", "v1Policy.querystrings[1]"], Fields(Policy with { Querystrings = ["a=b", null!] }));
        Assert.Equal(["v1Policy.headers"], Fields(Policy with { Headers = [.. Enumerable.Repeat("a", 33)] }));
    }

    [Theory]
    [InlineData("/live/one")]
    [InlineData("/live/one/master")]
    [InlineData("/")]
    public void Check_PathUnderARawPrefix_IsAdmitted(string prefix) => Assert.Empty(Fields(Policy with { Paths = [prefix] }));

    [Fact]
    public void Check_PathThatItsTokensDoNotAdmit_IsNamed()
    {
        Assert.Equal(["path"], Fields(Policy with { Paths = ["/live/two/"] }));
        // Prefixes are compared with the path as it stands in URLs.
        Assert.Empty(Fields(Valid with { Path = "/a b/x.m3u8", V1Policy = Policy with { Paths = ["/a%20b/"] } }));
        Assert.Equal(["path"], Fields(Valid with { Path = "/a b/x.m3u8", V1Policy = Policy with { Paths = ["/a b/"] } }));
        Assert.Empty(Fields(Valid with { Path = "/a(b)/x.m3u8", V1Policy = Policy with { Paths = ["/a(b)/"] } }));
    }

    [Fact]
    public void Check_PathsTooLongForAToken_AreNamed() =>
        Assert.Equal(["v1Policy.paths"], Fields(Policy with { Paths = ["/live/one/", .. Enumerable.Range(0, 10).Select(number => $"/{number}/{new string('x', 400)}")] }));

    [Fact]
    public void Check_V2FieldsInAV1Asset_AreNamed() => Assert.Equal(
        ["policy.lifetime", "policy.maxSession", "policy.paths", "policy.exc", "policy.bind", "policy.carriage"],
        Fields(Valid with
        {
            Policy = new() { Lifetime = 60, MaxSession = 60, Paths = ["/a"], Exc = ["/b"], Bind = new() { Ip = true }, Carriage = Carriage.SignedUrl },
        }));

    /// <summary>For the way back, and for how long blocks must last.</summary>
    [Fact]
    public void Check_V2AssetThatKeepsItsV1Policy_IsAdmittedWhenThatIsValid()
    {
        Assert.Empty(Fields(Valid with { Format = TokenFormat.V2, Policy = new() { Lifetime = 60 } }));
        Assert.Equal(["v1Policy.exp"], Fields(Valid with { Format = TokenFormat.V2, V1Policy = Policy with { Exp = "1h" } }));
    }
}
