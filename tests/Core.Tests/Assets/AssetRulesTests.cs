using System.Globalization;
using Portcullis.Tokens;

namespace Portcullis.Assets;

public sealed class AssetRulesTests
{
    private static readonly Asset Valid = new() { Id = "match-1", Path = "/live/one/master.m3u8" };

    private static string[] Fields(Asset asset) => [.. AssetRules.Check(asset).Select(error => error.Field)];

    private static string[] Fields(TokenPolicy policy) => Fields(Valid with { Policy = policy });

    [Theory]
    [InlineData(null)]
    [InlineData("https://media.example.com")]
    [InlineData("http://localhost:8080")]
    [InlineData("https://[2001:db8::1]:8443")]
    public void Check_ValidAsset_HasNoErrors(string? host) => Assert.Empty(AssetRules.Check(Valid with { Host = host }));

    [Theory]
    [InlineData(Carriage.SignedUrl, null)]
    [InlineData(Carriage.SignedCookie, null)]
    [InlineData(Carriage.SignedCookie, "example.com")]
    [InlineData(Carriage.SignedCookie, "media.example.com")]
    public void Check_SignedCarriage_MayBindTheAddress(Carriage carriage, string? domain) => Assert.Empty(AssetRules.Check(Valid with
    {
        Host = "https://media.example.com",
        Policy = new() { Carriage = carriage, Bind = new() { Ip = true }, Signed = new() { CookieDomain = domain } },
    }));

    /// <summary>A CloudFront policy has one resource and knows no attribute but the address.</summary>
    [Fact]
    public void Check_SignedCarriageWithWhatCloudFrontCannotSay_NamesEachField()
    {
        Assert.Equal(
            ["policy.paths", "policy.exc", "policy.bind.country", "policy.bind.headers", "policy.bind.query"],
            Fields(new TokenPolicy
            {
                Carriage = Carriage.SignedCookie,
                Paths = ["/live/one", "/live/two"],
                Exc = ["/live/one/key"],
                Bind = new() { Country = GeoBinding.Required, Headers = ["user-agent"], Query = ["q"] },
            }));
        Assert.Equal(["policy.carriage"], Fields(new TokenPolicy { Carriage = (Carriage)9 }));
        Assert.Equal(["policy.signed"], Fields(new TokenPolicy { Signed = null! }));
    }

    [Theory]
    [InlineData(Carriage.SignedCookie, "example.org")]
    [InlineData(Carriage.SignedCookie, "ample.com")]
    [InlineData(Carriage.SignedCookie, "com")]
    [InlineData(Carriage.SignedCookie, "Example.com")]
    [InlineData(Carriage.SignedCookie, "example.com; Path=/")]
    [InlineData(Carriage.SignedCookie, "")]
    [InlineData(Carriage.SignedUrl, "example.com")]
    [InlineData(Carriage.Path, "example.com")]
    public void Check_CookieDomainThatReachesNoPlayer_NamesIt(Carriage carriage, string domain) => Assert.Equal(
        ["policy.signed.cookieDomain"],
        Fields(Valid with { Host = "https://media.example.com", Policy = new() { Carriage = carriage, Signed = new() { CookieDomain = domain } } }));

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void Check_InvalidId_NamesIt(string id) => Assert.Equal(["id"], Fields(Valid with { Id = id }));

    [Theory]
    [InlineData("media.example.com")]
    [InlineData("ftp://media.example.com")]
    [InlineData("https://media.example.com/")]
    [InlineData("https://media.example.com/x")]
    [InlineData("https://media.example.com?x=1")]
    [InlineData("https://media.example.com?")]
    [InlineData("https://media.example.com#x")]
    [InlineData("https://user@media.example.com")]
    [InlineData("https://user:secret@media.example.com")]
    [InlineData(" https://media.example.com")]
    [InlineData("https://media.example.com\n")]
    [InlineData("https:\\\\media.example.com")]
    [InlineData("https://")]
    [InlineData("")]
    public void Check_HostThatIsNoOrigin_NamesIt(string host) => Assert.Equal(["host"], Fields(Valid with { Host = host }));

    [Theory]
    [InlineData("")]
    [InlineData("live/a")]
    [InlineData("//live")]
    [InlineData("/live/../a")]
    [InlineData("/live/.")]
    [InlineData("/a%20b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/a\\b")]
    [InlineData("/a\0")]
    public void Check_PathNotInComparedForm_NamesIt(string path)
    {
        Assert.Equal(["path"], Fields(Valid with { Path = path }));
        Assert.Equal(["policy.paths[1]"], Fields(new TokenPolicy { Paths = ["/live", path] }));
        Assert.Equal(["policy.exc[0]"], Fields(new TokenPolicy { Exc = [path] }));
    }

    [Theory]
    [InlineData(9, 43_200, "policy.lifetime")]
    [InlineData(86_401, 604_800, "policy.lifetime")]
    [InlineData(3600, 3599, "policy.maxSession")]
    [InlineData(3600, 604_801, "policy.maxSession")]
    public void Check_DurationOutOfRange_NamesIt(int lifetime, int maxSession, string field) =>
        Assert.Equal([field], Fields(new TokenPolicy { Lifetime = lifetime, MaxSession = maxSession }));

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Check_AllowedViewersOutOfRange_NamesThem(int viewers) =>
        Assert.Equal(["policy.allowedViewers"], Fields(new TokenPolicy { AllowedViewers = viewers }));

    [Fact]
    public void Check_HeaderNames_AreLowerCaseAndDistinct() =>
        Assert.Equal(["policy.bind.headers[0]", "policy.bind.headers[2]"], Fields(new TokenPolicy { Bind = new() { Headers = ["User-Agent", "a", "a"] } }));

    [Fact]
    public void Check_QueryNames_MayHaveUpperCase()
    {
        Assert.Empty(Fields(new TokenPolicy { Bind = new() { Query = ["Device", "device"] } }));
        Assert.Equal(["policy.bind.query[0]"], Fields(new TokenPolicy { Bind = new() { Query = ["a=b"] } }));
    }

    [Fact]
    public void Check_TooManyEntries_AreCounted()
    {
        var names = Enumerable.Range(0, 9).Select(i => $"n{i}").ToArray();
        var paths = Enumerable.Range(0, 17).Select(i => $"/{i}").ToArray();

        Assert.Equal(["policy.paths", "policy.bind.headers"], Fields(new TokenPolicy { Paths = paths, Bind = new() { Headers = names } }));
    }

    [Fact]
    public void Check_UndefinedValues_AreNamed()
    {
        Assert.Equal(["policy.bind.city"], Fields(new TokenPolicy { Bind = new() { City = (GeoBinding)9 } }));
        Assert.Equal(["arming"], Fields(Valid with { Arming = (Arming)9 }));
    }

    [Fact]
    public void Check_SeveralMistakes_AreAllNamed() =>
        Assert.Equal(["id", "path", "policy.lifetime"], Fields(Valid with { Id = "", Path = "", Policy = new() { Lifetime = 1 } }));

    [Fact]
    public void EffectivePolicy_NoPaths_IsTheFolderOfTheManifest()
    {
        Assert.Equal(["/live/one/"], Valid.EffectivePolicy.Paths);
        Assert.Equal(["/x"], (Valid with { Policy = new() { Paths = ["/x"] } }).EffectivePolicy.Paths);
    }

    [Fact]
    public void Check_NullsOfACarelessCaller_AreNamed()
    {
        Assert.Equal(["policy"], Fields(Valid with { Policy = null! }));
        Assert.Equal(["policy.bind"], Fields(new TokenPolicy { Bind = null! }));
        Assert.Equal(["policy.paths", "policy.exc"], Fields(new TokenPolicy { Paths = null!, Exc = null! }));
        Assert.Equal(["policy.bind.headers", "policy.bind.query"], Fields(new TokenPolicy { Bind = new ViewerBinding { Headers = null!, Query = null! } }));
    }

    [Theory]
    [InlineData("/live/two")]
    [InlineData("/live/on")]
    [InlineData("/live/one/master.m3u8/")]
    public void Check_PathOutsideOfItsPolicyPaths_NamesPath(string allowed) => Assert.Equal(["path"], Fields(new TokenPolicy { Paths = [allowed] }));

    [Fact]
    public void Check_PathUnderAnException_IsValid() => Assert.Empty(Fields(new TokenPolicy { Paths = ["/segments"], Exc = ["/live/one"] }));

    [Fact]
    public void Check_PathsThatMakeATokenTooLong_NamesThem() =>
        Assert.Equal(["policy.paths"], Fields(new TokenPolicy { Paths = ["/live/one", .. Enumerable.Range(0, 8).Select(number => $"/{number}/{new string('x', 400)}")] }));

    private static ArmedWindow Window(string from, string until) => new() { From = DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), Until = DateTimeOffset.Parse(until, CultureInfo.InvariantCulture) };

    [Fact]
    public void Check_WindowThatEndsBeforeItBegins_NamesIt()
    {
        var match = Window("2026-06-11T20:00:00Z", "2026-06-11T22:00:00Z");

        Assert.Empty(Fields(Valid with { ArmedWindows = [match, match] }));
        Assert.Equal(["armedWindows[1].until", "armedWindows[2]"], Fields(Valid with { ArmedWindows = [match, match with { Until = match.From }, null!] }));
        Assert.Equal(["armedWindows"], Fields(Valid with { ArmedWindows = null! }));
        Assert.Equal(["armedWindows"], Fields(Valid with { ArmedWindows = [.. Enumerable.Repeat(match, 101)] }));
    }

    [Fact]
    public void Check_DetectionPolicyThatCannotBe_NamesItsFields()
    {
        Assert.Empty(Fields(Valid with { Detection = new() { RevokeAt = 90 } }));
        Assert.Equal(["detection.flagAt", "detection.pace.weight"], Fields(Valid with { Detection = new() { FlagAt = 0, Pace = new() { Weight = 101 } } }));
        Assert.Equal(["detection.pace.armed", "detection.restream.armed"], Fields(Valid with { Detection = new() { Sampling = 50 } }));
    }

    [Theory]
    [InlineData("2026-06-11T19:59:59.999Z", false)]
    [InlineData("2026-06-11T20:00:00Z", true)]
    [InlineData("2026-06-11T23:59:59.999+02:00", true)]
    [InlineData("2026-06-11T22:00:00Z", false)]
    [InlineData("2026-06-12T20:30:00Z", true)]
    public void IsArmedAt_Windows_ArmInsideOfThemOnly(string time, bool expected)
    {
        var asset = Valid with { ArmedWindows = [Window("2026-06-11T20:00:00Z", "2026-06-11T22:00:00Z"), Window("2026-06-12T20:00:00Z", "2026-06-12T22:00:00Z")] };
        var moment = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

        Assert.Equal(expected, asset.IsArmedAt(moment));
        Assert.False((asset with { Arming = Arming.Shadow }).IsArmedAt(moment));
        Assert.True(Valid.IsArmedAt(moment));
        Assert.False((Valid with { Arming = Arming.Shadow }).IsArmedAt(moment));
    }
}
