using System.Text.Json;

namespace Portcullis.Cli.Tests.Tokens;

public sealed class TokenVerifyCommandTests : IDisposable
{
    private readonly TokenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("path")]
    [InlineData("query")]
    public async Task Verify_MintedUrl_IsOkInEitherCarriage(string carriage)
    {
        var run = await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url, "--carriage", carriage));

        Assert.Equal((0, $"ok {TokenFiles.Sid}\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Verify_Json_HasTheWholeVerdict()
    {
        var run = await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($$"""{"verdict":"ok","reason":null,"status":200,"publicReason":"ok","sid":"{{TokenFiles.Sid}}","path":"/live/one/master.m3u8"}""", run.Output.TrimEnd());
    }

    [Fact]
    public async Task Verify_RefusedJson_SaysWhyAndWhatThePlayerIsTold()
    {
        var run = await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--now", $"{TokenFiles.Now + 3600}", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($$"""{"verdict":"refused","reason":"expired","status":401,"publicReason":"expired","sid":"{{TokenFiles.Sid}}","path":null}""", run.Output.TrimEnd());
    }

    [Theory]
    [InlineData("", "/live/one/x", "ok aB3dE6gH9jK2mN5p")]
    [InlineData("", "/live/two/x", "refused path 403")]
    [InlineData("", "/live/one/%2e%2e/two", "refused path 403")]
    [InlineData("x", "/live/one/x", "refused session 401")]
    [InlineData("no/", "/live/one/x", "refused missing 401")]
    [InlineData("a.", "/live/one/x", "refused malformed 401")]
    public async Task Verify_OtherPathOrSegment_SaysWhy(string before, string path, string expected)
    {
        var token = (await _files.MintedJsonAsync("--url", TokenFiles.Url)).GetProperty("token").GetString();

        var run = await _files.VerifyAsync($"https://h/{before}{token}{path}");

        Assert.Equal((expected.StartsWith("ok", StringComparison.Ordinal) ? 0 : 1, expected + "\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("""{"ip":"203.0.113.8","country":"DE","city":"Köln","headers":{"user-agent":"Player/1.0"},"query":{"device":"tv"}}""", "refused viewer 403")]
    [InlineData("""{"ip":"203.0.113.7","country":"AT","city":"Köln","headers":{"user-agent":"Player/1.0"},"query":{"device":"tv"}}""", "refused viewer 403")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE","city":"Bonn","headers":{"user-agent":"Player/1.0"},"query":{"device":"tv"}}""", "refused viewer 403")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE","headers":{"user-agent":"Player/1.0"},"query":{"device":"tv"}}""", "ok aB3dE6gH9jK2mN5p")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE","headers":{"user-agent":"Player/2.0"},"query":{"device":"tv"}}""", "refused viewer 403")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE","headers":{"USER-AGENT":"Player/1.0"}}""", "ok aB3dE6gH9jK2mN5p")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE","headers":{"user-agent":"Player/1.0"},"query":{"device":"phone"}}""", "refused viewer 403")]
    [InlineData("""{"ip":"203.0.113.7","country":"DE"}""", "refused viewer 403")]
    [InlineData("{}", "refused viewer 403")]
    public async Task Verify_OtherViewer_IsRefused(string viewer, string expected)
    {
        var url = await _files.MintedAsync("--url", TokenFiles.Url);

        Assert.Equal(expected + "\n", (await _files.VerifyAsync(url, "--viewer", _files.Write("other.json", viewer))).Output);
    }

    [Fact]
    public async Task Verify_QueryOfTheUrl_CountsWhereTheViewerFileIsSilent()
    {
        var silent = _files.Write("silent.json", """{"ip":"203.0.113.7","country":"DE","headers":{"user-agent":"Player/1.0"}}""");
        var url = await _files.MintedAsync("--url", TokenFiles.Url);

        Assert.Equal(0, (await _files.VerifyAsync(url, "--viewer", silent)).ExitCode);
        Assert.Equal("refused viewer 403\n", (await _files.VerifyAsync(url.Replace("device=tv", "device=phone", StringComparison.Ordinal), "--viewer", silent)).Output);
        Assert.Equal("refused viewer 403\n", (await _files.VerifyAsync(url + "&device=phone", "--viewer", silent)).Output);
    }

    [Theory]
    [InlineData(3599, "ok aB3dE6gH9jK2mN5p")]
    [InlineData(3600, "refused expired 401")]
    public async Task Verify_Now_IsTheTimeItIsJudgedAt(int later, string expected) =>
        Assert.Equal(expected + "\n", (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--now", $"{TokenFiles.Now + later}")).Output);

    [Fact]
    public async Task Verify_NoNow_IsNow()
    {
        var url = await _files.MintedAsync("--url", TokenFiles.Url, "--iat", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");

        var run = await Invocation.RunAsync("token", "verify", "--keys", _files.Keys, "--viewer", _files.Viewer, "--url", url);

        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData(3600, "ok aB3dE6gH9jK2mN5p")]
    [InlineData(3599, "refused lifetime 401")]
    public async Task Verify_MaxLifetime_IsTheEdges(int longest, string expected) =>
        Assert.Equal(expected + "\n", (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--max-lifetime", $"{longest}")).Output);

    [Fact]
    public async Task Verify_Policy_IsIgnored() =>
        Assert.Equal(0, (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--policy", _files.Missing)).ExitCode);

    [Theory]
    [InlineData(""" "allowedPaths":["/live/one"]""", "ok aB3dE6gH9jK2mN5p")]
    [InlineData(""" "allowedPaths":["/live/two"]""", "refused path 403")]
    [InlineData(""" "notAfter":1800000001""", "ok aB3dE6gH9jK2mN5p")]
    [InlineData(""" "notAfter":1800000000""", "refused key 401")]
    public async Task Verify_RestrictedKey_AdmitsNoMore(string restriction, string expected)
    {
        var keys = _files.Write("restricted.json", File.ReadAllText(_files.Keys).Replace("\"format\":\"v2\"", restriction, StringComparison.Ordinal));

        Assert.Equal(expected + "\n", (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--keys", keys)).Output);
    }

    [Fact]
    public async Task Verify_PaddedSecrets_AreTheSame()
    {
        var keys = _files.Write("padded.json", File.ReadAllText(_files.Keys).Replace("\",\"bind\"", "=\",\"bind\"", StringComparison.Ordinal));

        Assert.Equal(0, (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--keys", keys)).ExitCode);
    }

    [Fact]
    public async Task Verify_OtherKeys_SayWhichCheckFails()
    {
        var url = await _files.MintedAsync("--url", TokenFiles.Url);
        var other = File.ReadAllText(_files.Keys);

        Assert.Equal("refused signature 401\n", (await _files.VerifyAsync(url, "--keys", _files.Write("s.json", other.Replace("\"sign\":\"A", "\"sign\":\"B", StringComparison.Ordinal)))).Output);
        Assert.Equal("refused key 401\n", (await _files.VerifyAsync(url, "--keys", _files.Write("k.json", other.Replace("k1", "k2", StringComparison.Ordinal)))).Output);
        Assert.Equal("refused key 401\n", (await _files.VerifyAsync(url, "--keys", _files.Write("n.json", """{"keys":{}}"""))).Output);
    }

    [Fact]
    public async Task Verify_V1KeyOfTheSameName_RefusesAV2Token()
    {
        var keys = _files.Write("v1.json", """{"keys":{"k1":{"format":"v1","sign":"0123456789abcdef"}}}""");

        Assert.Equal(1, (await _files.VerifyAsync(await _files.MintedAsync("--url", TokenFiles.Url), "--keys", keys)).ExitCode);
    }

    [Theory]
    [InlineData("--url", "no url")]
    [InlineData("--url", "h/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhbGciOiJIUzI1NiJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ")]
    [InlineData("--now", "-1")]
    [InlineData("--max-lifetime", "0")]
    [InlineData("--format", "v9")]
    [InlineData("--keys", "")]
    public async Task Verify_WrongOption_IsBadUsage(string option, string value)
    {
        var run = option == "--url" ? await _files.VerifyAsync(value) : await _files.VerifyAsync("/a.b.c.d/x", option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option == "--format" ? value : option, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--now")]
    [InlineData("--max-lifetime")]
    [InlineData("--carriage")]
    [InlineData("--format")]
    public async Task Verify_TokenWhereNoneBelongs_IsNotRepeated(params string[] option)
    {
        var url = await _files.MintedAsync("--url", TokenFiles.Url);

        var signature = url.Split('.')[4].Split('/')[0];
        var withoutSid = url.Replace(TokenFiles.Sid + ".", "", StringComparison.Ordinal);

        var run = await Invocation.RunAsync(["token", "verify", "--keys", _files.Keys, "--viewer", _files.Viewer, .. option, url]);
        var other = await Invocation.RunAsync(["token", "verify", .. option, withoutSid]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(43, signature.Length);
        Assert.DoesNotContain(signature, run.Error + other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfBothCommands_NamesEveryOption()
    {
        var mint = (await Invocation.RunAsync("token", "mint", "--help")).Output;
        var verify = (await Invocation.RunAsync("token", "verify", "--help")).Output;

        Assert.All(["--keys", "--policy", "--viewer", "--url", "--format", "--sid", "--iat", "--carriage", "--json"], option => Assert.Contains(option, mint, StringComparison.Ordinal));
        Assert.All(["--keys", "--viewer", "--url", "--now", "--policy", "--max-lifetime", "--json"], option => Assert.Contains(option, verify, StringComparison.Ordinal));
    }
}
