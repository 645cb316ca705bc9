using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Tokens;

public sealed class TokenMintCommandTests : IDisposable
{
    private readonly TokenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Mint_Url_PrintsThePlaybackUrl()
    {
        var url = await _files.MintedAsync("--url", TokenFiles.Url);

        Assert.Matches($@"^https://media\.example:8443/{TokenFiles.Sid}\.[\w-]+\.[\w-]+\.[\w-]+/live/one/master\.m3u8\?device=tv$", url);
        Assert.Equal("/live/one/", Claims(url).GetProperty("paths")[0].GetString());
        Assert.Equal((TokenFiles.Now, TokenFiles.Now + 3600), (Claims(url).GetProperty("iat").GetInt64(), Claims(url).GetProperty("exp").GetInt64()));
    }

    [Fact]
    public async Task Mint_NoUrl_PrintsTheSegment()
    {
        var policy = _files.Write("paths.json", """{"paths":["/a","/b"],"exc":["/c"],"lifetime":60,"maxSession":60,"allowedViewers":2}""");

        var segment = await _files.MintedAsync("--policy", policy);

        Assert.Equal(4, segment.Split('.').Length);
        Assert.Equal("""["/a","/b"]""", Claims("/" + segment).GetProperty("paths").GetRawText());
    }

    [Fact]
    public async Task Mint_Json_HasTokenSidUrlAndTimes()
    {
        var report = await _files.MintedJsonAsync("--url", "/live/one/master.m3u8");

        Assert.Equal(["token", "sid", "url", "issuedAt", "expiresAt"], report.EnumerateObject().Select(member => member.Name));
        Assert.Equal(TokenFiles.Sid, report.GetProperty("sid").GetString());
        Assert.Equal($"/{report.GetProperty("token").GetString()}/live/one/master.m3u8", report.GetProperty("url").GetString());
        Assert.Equal((TokenFiles.Now, TokenFiles.Now + 3600), (report.GetProperty("issuedAt").GetInt64(), report.GetProperty("expiresAt").GetInt64()));
    }

    [Fact]
    public async Task Mint_JsonWithoutUrl_HasNullForIt()
    {
        var policy = _files.Write("paths.json", """{"paths":["/a"]}""");

        Assert.Equal(JsonValueKind.Null, (await _files.MintedJsonAsync("--policy", policy)).GetProperty("url").ValueKind);
    }

    [Theory]
    [InlineData("https://h/a/b.m3u8", "https://h/a/b.m3u8?pt=")]
    [InlineData("https://h/a/b.m3u8?", "https://h/a/b.m3u8?pt=")]
    [InlineData("https://h/a/b.m3u8?x=1#t=2", "https://h/a/b.m3u8?x=1&pt=")]
    public async Task Mint_QueryCarriage_PutsTheTokenInTheQuery(string url, string expected) =>
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(expected)}[A-Za-z0-9_.-]+$", await _files.MintedAsync("--url", url, "--carriage", "query"));

    [Theory]
    [InlineData("http://h", "http://h/", "/")]
    [InlineData("HTTPS://H:1/x", "HTTPS://H:1/", "/")]
    [InlineData("https://h/a/../b%2Dc/d.m3u8", "https://h/", "/b-c/")]
    [InlineData("https://h/k%C3%B6ln/d.m3u8", "https://h/", "/köln/")]
    public async Task Mint_AnyUrl_IsKeptAsItWasWritten(string url, string start, string folder)
    {
        var minted = await _files.MintedAsync("--url", url);

        Assert.StartsWith(start + TokenFiles.Sid, minted, StringComparison.Ordinal);
        Assert.EndsWith(url[(start.Length - 1)..], minted, StringComparison.Ordinal);
        Assert.Equal(folder, Claims(minted).GetProperty("paths")[0].GetString());
    }

    [Fact]
    public async Task Mint_SidOption_GoesBeforeTheViewersOwn() =>
        Assert.Equal("other", (await _files.MintedJsonAsync("--url", TokenFiles.Url, "--sid", "other")).GetProperty("sid").GetString());

    [Fact]
    public async Task Mint_NoSid_DrawsOne()
    {
        var nobody = _files.Write("nobody.json", "{}");
        var unbound = _files.Write("unbound.json", "{}");

        var first = await _files.MintedJsonAsync("--url", TokenFiles.Url, "--viewer", nobody, "--policy", unbound);
        var second = await _files.MintedJsonAsync("--url", TokenFiles.Url, "--viewer", nobody, "--policy", unbound);

        Assert.Equal(16, first.GetProperty("sid").GetString()!.Length);
        Assert.NotEqual(first.GetProperty("sid").GetString(), second.GetProperty("sid").GetString());
    }

    [Fact]
    public async Task Mint_NoTime_IsNow()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var run = await Invocation.RunAsync("token", "mint", "--keys", _files.Keys, "--policy", _files.Policy, "--viewer", _files.Viewer, "--url", TokenFiles.Url, "--json");

        Assert.InRange(run.Json.GetProperty("issuedAt").GetInt64(), before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Mint_SameInput_IsTheSameToken() =>
        Assert.Equal(await _files.MintedAsync("--url", TokenFiles.Url, "--format", "v2"), await _files.MintedAsync("--url", TokenFiles.Url, "--carriage", "path"));

    [Theory]
    [InlineData("--policy", """{"lifetme":60}""", "lifetme")]
    [InlineData("--policy", """{"lifetime":"60"}""", "lifetime")]
    [InlineData("--policy", """{"lifetime":9}""", "lifetime")]
    [InlineData("--policy", """{"lifetime":86401}""", "lifetime")]
    [InlineData("--policy", """{"lifetime":60,"lifetime":70}""", "lifetime")]
    [InlineData("--policy", """{"maxSession":1}""", "maxSession")]
    [InlineData("--policy", """{"allowedViewers":0}""", "allowedViewers")]
    [InlineData("--policy", """{"paths":["a"]}""", "paths[0]")]
    [InlineData("--policy", """{"paths":[null]}""", "paths[0]")]
    [InlineData("--policy", """{"paths":null}""", "paths")]
    [InlineData("--policy", """{"exc":["/a/../b"]}""", "exc[0]")]
    [InlineData("--policy", """{"bind":null}""", "bind")]
    [InlineData("--policy", """{"bind":{"ip":1}}""", "bind.ip")]
    [InlineData("--policy", """{"bind":{"country":"maybe"}}""", "bind.country")]
    [InlineData("--policy", """{"bind":{"country":1}}""", "bind.country")]
    [InlineData("--policy", """{"bind":{"headers":["User-Agent"]}}""", "bind.headers[0]")]
    [InlineData("--policy", """{"bind":{"cookie":true}}""", "bind.cookie")]
    [InlineData("--policy", "null", "null")]
    [InlineData("--policy", "[]", "--policy")]
    [InlineData("--policy", "{", "JSON")]
    [InlineData("--viewer", """{"ip":"203.0.113"}""", "ip")]
    [InlineData("--viewer", """{"ip":7}""", "ip")]
    [InlineData("--viewer", """{"sid":"a b"}""", "sid")]
    [InlineData("--viewer", """{"headers":{"a":1}}""", "headers.a")]
    [InlineData("--viewer", """{"headers":{"a":null}}""", "headers.a")]
    [InlineData("--viewer", """{"headers":{"a":"1","A":"2"}}""", "headers.a")]
    [InlineData("--viewer", """{"query":[]}""", "query")]
    [InlineData("--viewer", """{"agent":"x"}""", "agent")]
    [InlineData("--viewer", """{"country":"DE","headers":{}}""", "viewer.ip")]
    [InlineData("--viewer", """{"ip":"203.0.113.7"}""", "viewer.country")]
    [InlineData("--keys", """{"keys":{}}""", "signing")]
    [InlineData("--keys", """{"signing":"k1"}""", "keys")]
    [InlineData("--keys", """{"signing":"k2","keys":{}}""", "signing")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":null}}""", "keys.k1")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"bind":"x"}}}""", "sign")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"sign":"$SECRET"}}}""", "keys.k1.bind")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"sign":"$SECRET","bind":"$SECRET"}}}""", "keys.k1.bind")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"sign":"$SECRET","bind":"$SECRET*"}}}""", "keys.k1.bind")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"sign":"c2hvcnQ","bind":"$SECRET"}}}""", "keys.k1.sign")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"sign":7,"bind":"$SECRET"}}}""", "keys.k1.sign")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v3","sign":"$SECRET"}}}""", "keys.k1.format")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":"$SECRET","bind":"$SECRET"}}}""", "keys.k1.bind")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":"short"}}}""", "keys.k1.sign")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":"$SECRET","allowedPaths":["a"]}}}""", "keys.k1.allowedPaths[0]")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":"$SECRET","notAfter":"soon"}}}""", "keys.k1.notAfter")]
    [InlineData("--keys", """{"signing":"k 1","keys":{"k 1":{"format":"v1","sign":"$SECRET"}}}""", "key id")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":"$SECRET"}}} $SECRET""", "JSON")]
    [InlineData("--keys", """{"signing":"k1","keys":{"k1":{"format":"v1","sign":$SECRET}}}""", "JSON")]
    public async Task Mint_WrongFile_IsBadUsageThatNamesTheField(string option, string content, string named)
    {
        var file = _files.Write("wrong.json", content.Replace("$SECRET", TokenFiles.Text(TokenFiles.Sign), StringComparison.Ordinal));

        var run = await _files.MintAsync("--url", TokenFiles.Url, option, file);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("token mint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(named, run.Error.Replace(file, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "")]
    [InlineData("--url", "media.example/live")]
    [InlineData("--url", "ftp://media.example/live")]
    [InlineData("--url", "https:///live")]
    [InlineData("--url", "https://h/live/a b")]
    [InlineData("--url", "https://h/live%2f..%2fx")]
    [InlineData("--url", "https://h/%zz")]
    [InlineData("--sid", "a.b")]
    [InlineData("--sid", "")]
    [InlineData("--iat", "-1")]
    [InlineData("--iat", "1800000000000")]
    [InlineData("--iat", "tomorrow")]
    [InlineData("--format", "v3")]
    [InlineData("--format", "v1")]
    [InlineData("--carriage", "cookie")]
    public async Task Mint_WrongOption_IsBadUsageThatNamesIt(string option, string value)
    {
        var run = await _files.MintAsync(option == "--url" ? [option, value] : ["--url", TokenFiles.Url, option, value]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option == "--carriage" || option == "--format" ? value : option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_QueryCarriageTwice_IsRefused()
    {
        var once = await _files.MintedAsync("--url", TokenFiles.Url, "--carriage", "query");

        var run = await _files.MintAsync("--url", once, "--carriage", "query");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--url has the query parameter pt already", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_NoPathsAndNoUrl_IsRefused() => Assert.Contains("paths is empty", (await _files.MintAsync()).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--keys")]
    [InlineData("--policy")]
    [InlineData("--viewer")]
    public async Task Mint_MissingFile_IsBadUsage(string option)
    {
        var run = await _files.MintAsync("--url", TokenFiles.Url, option, _files.Missing);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_NoFiles_IsBadUsage()
    {
        var run = await Invocation.RunAsync("token", "mint");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.All(["--keys", "--policy", "--viewer"], option => Assert.Contains(option, run.Error, StringComparison.Ordinal));
    }

    private static JsonElement Claims(string url) =>
        JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(url[url.IndexOf("eyJ", StringComparison.Ordinal)..].Split('.')[1])));
}
