using System.IO.Compression;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Migration;

public sealed class AssetsImportCommandTests : IDisposable
{
    private static readonly string Export = Path.Combine(AppContext.BaseDirectory, "smde-assets.json");

    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-cli-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Import_ExportWithBadRows_StoresTheGoodOnesAndNamesEachFault()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "assets", "import", Export);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("channel1 is imported\nfilm_42 is imported\nevent_final is imported\n3 imported, 2 refused\n", run.Output);
        Assert.Equal(
            [
                "assets[3].endpoint_hostname: 'd111111abcdef8.cloudfront.net' must start with https:// or http://",
                "assets[3].token_policy.exp: \"12h\" must be '+Nh' or '+Nm' with N from 1 to 99999, or an epoch in seconds from 1 to 253402300799, as a string",
                "assets[3].token_policy.ssn: \"true\" must be true or false",
                "assets[4].url_path ('elsewhere'): '/live/other/master.m3u8', as it stands in URLs, must start with one of v1Policy.paths, or its own tokens would not play it",
            ],
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(Export.Length + 2)..]));
        Assert.Equal(
            """PUT /v1/assets/channel1 {"host":"https://d111111abcdef8.cloudfront.net","path":"/live/sample/master.m3u8","format":"v1","policy":{"lifetime":14400,"maxSession":43200,"paths":[],"exc":[],"bind":{"ip":false,"country":"none","region":"none","city":"none","headers":[],"query":[]},"allowedViewers":1,"carriage":"path","signed":{"hash":"sha1"}},"v1Policy":{"paths":["/live/sample/"],"exc":["/ads/"],"exp":"\u002B12h","nbf":1645000000,"ssn":true,"session_auto_generate":12,"ip":false,"co":false,"co_fallback":true,"reg":false,"reg_fallback":true,"cty":false,"cty_fallback":true,"headers":["user-agent"],"querystrings":[]},"arming":"armed"}""",
            service.Posts.First());
        Assert.Equal(3, service.Posts.Count);
    }

    [Fact]
    public async Task Import_FormatV2_ConvertsAndSaysWhatItCannot()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "assets", "import", Export, "--format", "v2", "--arming", "shadow");
        var film = JsonDocument.Parse(service.Posts.Last().Split(' ', 3)[2]).RootElement;

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("assets[2].token_policy.exp ('event_final'): '4102444800' is a fixed end", run.Error, StringComparison.Ordinal);
        Assert.Contains("film_42 is imported\n  token_policy.cty: is verified from now on", run.Output, StringComparison.Ordinal);
        Assert.Contains("  token_policy.exp: '+48h' is longer than a v2 token may live", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 imported, 3 refused\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            """{"lifetime":86400,"maxSession":172800,"paths":["/vod/sample"],"exc":[],"bind":{"ip":true,"country":"required","region":"whenPresent","city":"whenPresent","headers":["user-agent","referer"],"query":["device"]},"allowedViewers":1,"carriage":"path","signed":{"hash":"sha1"}}""",
            film.GetProperty("policy").GetRawText());
        Assert.Equal(("v2", "shadow", "+48h"), (film.GetProperty("format").GetString(), film.GetProperty("arming").GetString(), film.GetProperty("v1Policy").GetProperty("exp").GetString()));
    }

    [Theory]
    [InlineData()]
    [InlineData("--json")]
    public async Task Import_DryRun_NeedsNoServiceAndStoresNothing(params string[] json)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, ["assets", "import", Export, "--dry-run", .. json]);
        var alone = await Invocation.RunAsync(["assets", "import", Export, "--dry-run", "--api", "http://127.0.0.1:1", .. json]);

        Assert.Empty(service.Posts);
        Assert.Equal(run, alone);
        Assert.Equal(1, run.ExitCode);
        if (json.Length == 0)
        {
            Assert.EndsWith("3 can be imported, 2 refused\n", run.Output, StringComparison.Ordinal);
            return;
        }
        Assert.Equal("", run.Error);
        Assert.Equal((true, 0, 2), (run.Json.GetProperty("dryRun").GetBoolean(), run.Json.GetProperty("imported").GetInt32(), run.Json.GetProperty("refused").GetInt32()));
        Assert.Equal(
            ["assets[0] 0", "assets[1] 0", "assets[2] 0", "assets[3] 3", "assets[4] 1"],
            run.Json.GetProperty("rows").EnumerateArray().Select(row => $"{row.GetProperty("row").GetString()} {row.GetProperty("errors").GetArrayLength()}"));
    }

    [Fact]
    public async Task Import_RowThatTheServiceRefuses_LeavesTheOthers()
    {
        await using var service = await FakeService.StartAsync();
        service.Refusal = 400;

        var run = await Invocation.RunAsync(service, "assets", "import", Good());

        Assert.Equal((1, "channel1 is imported\nevent_final is imported\n2 imported, 1 refused\n"), (run.ExitCode, run.Output));
        Assert.Contains("assets[1] ('film_42'): ", run.Error, StringComparison.Ordinal);
        Assert.Contains("v1Policy.exp: is too odd", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_KeyThatMayNot_EndsThereAndSaysWhatWasNotSent()
    {
        await using var service = await FakeService.StartAsync();
        service.Refusal = 403;

        var run = await Invocation.RunAsync(service, "assets", "import", Good());

        Assert.Equal((1, "channel1 is imported\n1 imported, 2 refused\n"), (run.ExitCode, run.Output));
        Assert.Contains("assets[2] ('event_final'): was not sent: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, service.Posts.Count);
    }

    [Fact]
    public async Task Import_GoodRowsOnly_ExitsZero()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "assets", "import", Good(), "--json");

        Assert.Equal((0, 3, 0, ""), (run.ExitCode, run.Json.GetProperty("imported").GetInt32(), run.Json.GetProperty("refused").GetInt32(), run.Error));
    }

    [Fact]
    public async Task Import_PackedAndSeveralFiles_RefusesAnIdThatOccursTwice()
    {
        await using var service = await FakeService.StartAsync();
        var packed = Path.Combine(_folder, "export.json.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(Good()));

        var run = await Invocation.RunAsync(service, "assets", "import", packed, Good());

        Assert.EndsWith("3 imported, 3 refused\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("assets[0].id ('channel1'): occurs in an earlier file", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "assets[0]: is no JSON")]
    [InlineData("[]", "assets: there is no row")]
    [InlineData("""{"id":"a","token_policy":{"paths":["/"],"exp":"+1h"}}""", "assets[0].url_path ('a'): is required")]
    [InlineData("""{"id":"_a","url_path":"/a/b","token_policy":{"paths":["/"],"exp":"+1h"}}""", "assets[0].id ('_a'): ")]
    public async Task Import_FileWithoutAGoodRow_IsRefused(string content, string error)
    {
        await using var service = await FakeService.StartAsync();
        var file = Path.Combine(_folder, "rows.json");
        await File.WriteAllTextAsync(file, content);

        var run = await Invocation.RunAsync(service, "assets", "import", file);

        Assert.Equal((1, "0 imported, 1 refused\n"), (run.ExitCode, run.Output));
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Posts);
    }

    [Theory]
    [InlineData("assets", "import")]
    [InlineData("assets", "import", "/does/not/exist.json")]
    [InlineData("assets", "import", "/does/not/exist.json", "--format", "v3")]
    [InlineData("assets", "import", "/does/not/exist.json", "--arming", "off")]
    public async Task Import_BadUsage_Exits2(params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        Assert.Equal(2, (await Invocation.RunAsync(service, arguments)).ExitCode);
    }

    /// <summary>The sample's good rows.</summary>
    private string Good()
    {
        var file = Path.Combine(_folder, "good.json");
        File.WriteAllLines(file, File.ReadLines(Export).Take(3));
        return file;
    }
}
