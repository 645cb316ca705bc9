using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portcullis.Cli.Tests.Plans;

public sealed class PlanCommandTests : IDisposable
{
    private const string Tag = "abcdefghij";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private async Task<Invocation> RunAsync(string command, string content, params string[] options)
    {
        await File.WriteAllTextAsync(_file, content);
        return await Invocation.RunAsync([command, "plan", "--sids", _file, .. options]);
    }

    private static string Sids(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{Convert.ToHexString(BitConverter.GetBytes(unchecked((uint)i * 2_654_435_761u)))}aB3d\n"));

    private static List<string> Patterns(Invocation run) =>
        [.. Regex.Matches(run.Output, "\"RegexString\": (?<text>\".*\")").Select(match => JsonSerializer.Deserialize<string>(match.Groups["text"].Value)!)];

    [Fact]
    public async Task WafPlan_SidsAndAnAccount_PrintsTheRulesOfUpdateRuleGroup()
    {
        var run = await RunAsync("waf", $"# revoked\naB3dE6gH9jK2\n\n{Tag}_\t2000\n", "--wcu", "1500", "--now", "1000");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var expected = """
            [{"Name":"portcullis-01","Priority":0,
              "Statement":{"OrStatement":{"Statements":[
                {"RegexMatchStatement":{"RegexString":"^/abcdefghij_[\\w-]+[./]","FieldToMatch":{"UriPath":{}},"TextTransformations":[{"Priority":0,"Type":"NONE"}]}},
                {"RegexMatchStatement":{"RegexString":"^/aB3dE6gH9jK2[./]","FieldToMatch":{"UriPath":{}},"TextTransformations":[{"Priority":0,"Type":"NONE"}]}}]}},
              "Action":{"Block":{"CustomResponse":{"ResponseCode":403,"ResponseHeaders":[
                {"Name":"access-control-allow-origin","Value":"*"},
                {"Name":"access-control-expose-headers","Value":"X-Portcullis, X-Portcullis-Reference"},
                {"Name":"cache-control","Value":"no-store"},
                {"Name":"x-portcullis","Value":"revoked"}]}}},
              "VisibilityConfig":{"SampledRequestsEnabled":false,"CloudWatchMetricsEnabled":true,"MetricName":"portcullis-01"}}]
            """;
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), run.Json), run.Output);
    }

    [Fact]
    public async Task WafPlan_OnePattern_IsAStatementOfItsOwn()
    {
        var run = await RunAsync("waf", "aB3dE6gH9jK2\n", "--wcu", "3", "--json");

        Assert.True(run.Json[0].GetProperty("Statement").TryGetProperty("RegexMatchStatement", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nobody\n\n")]
    [InlineData("aB3dE6gH9jK2\t999\n")]
    public async Task WafPlan_NothingToBlock_IsAnEmptyList(string content)
    {
        var run = await RunAsync("waf", content, "--wcu", "1500", "--now", "1000");

        Assert.Equal((0, "[]\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task WafPlan_MoreThanFit_SaysHowManyOnStderr(int exitCode)
    {
        string[] options = exitCode == 1 ? ["--wcu", "30", "--require-all"] : ["--wcu", "30"];
        var run = await RunAsync("waf", $"cold\n{Sids(1_000)}hottest\t\t9.5\n", options);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Matches(@"^waf plan: \d{3} do not fit into 30 WCU; held are 1\d\d sids and 0 accounts\n$", run.Error);
        Assert.Equal(10, Patterns(run).Count);
        Assert.Contains(Patterns(run), pattern => Regex.IsMatch("/hottest.a.b.c/d", pattern));
        Assert.Contains(Patterns(run), pattern => Regex.IsMatch("/cold.a.b.c/d", pattern));
    }

    [Fact]
    public async Task Plans_RunTwice_AreTheSame()
    {
        var content = Sids(2_000);

        Assert.Equal((await RunAsync("waf", content, "--wcu", "300")).Output, (await RunAsync("waf", content, "--wcu", "300")).Output);
        Assert.Equal((await RunAsync("kvs", content)).Output, (await RunAsync("kvs", content)).Output);
    }

    [Fact]
    public async Task KvsPlan_SidsAndAnAccount_PrintsEntriesAndFigures()
    {
        var run = await RunAsync("kvs", $"aB3dE6gH9jK2\t2000\r\nended\t999\r\nhot\t\t1\r\n{Tag}_\t3000\r\n", "--now", "1000");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var expected = """
            {"sids":2,"accounts":1,"leftOut":0,"ended":1,"bytes":49,"maxBytes":5000000,"batches":1,
             "entries":[{"key":"a:abcdefghij","value":"3000"},{"key":"s:hot","value":"9999999999"},{"key":"s:aB3dE6gH9jK2","value":"2000"}]}
            """;
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), run.Json), run.Output);
    }

    [Fact]
    public async Task KvsPlan_MoreThanFit_SaysHowManyOnStderr()
    {
        var content = string.Concat(Enumerable.Range(0, 66_000).Select(i => $"{i:x64}\n"));
        var run = await RunAsync("kvs", content, "--require-all");

        Assert.Equal((1, "kvs plan: 211 do not fit into 5000000 bytes; held are 65789 sids and 0 accounts\n"), (run.ExitCode, run.Error));
        Assert.Equal((65_789, 1_316), (run.Json.GetProperty("entries").GetArrayLength(), run.Json.GetProperty("batches").GetInt32()));
    }

    [Theory]
    [InlineData("aB3d.eyJhbGciOi.secret.token", "line 2: must be a sid of 1 to 64 characters of A-Za-z0-9_-, or an account tag of 10 characters of A-Za-z0-9 and an underscore")]
    [InlineData("with space", "line 2: must be a sid")]
    [InlineData("\t1000", "line 2: must be a sid")]
    [InlineData("sid\ttomorrow", "line 2: until must be epoch seconds from 0 to 9999999999, or empty for no end")]
    [InlineData("sid\t1795298884000", "line 2: until must be epoch seconds")]
    [InlineData("sid\t\t-1", "line 2: heat must be a number from 0, or empty for 0")]
    [InlineData("sid\t\tNaN", "line 2: heat must be")]
    [InlineData("sid\t1\t1\t1", "line 2: has 4 fields separated by tabs; allowed are")]
    public async Task Plans_InvalidLine_IsNamedAndNotShown(string line, string expected)
    {
        foreach (var (command, options) in new (string, string[])[] { ("waf", ["--wcu", "1500"]), ("kvs", []) })
        {
            var run = await RunAsync(command, $"good\n{line}\n", options);

            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.StartsWith($"{command} plan: {_file}, {expected}", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("waf", "plan")]
    [InlineData("waf", "plan", "--wcu", "1500")]
    [InlineData("waf", "plan", "--sids", "x")]
    [InlineData("waf", "plan", "--sids", "x", "--wcu", "5001")]
    [InlineData("waf", "plan", "--sids", "x", "--wcu", "many")]
    [InlineData("kvs", "plan")]
    [InlineData("kvs", "plan", "--sids", "x", "--now", "-1")]
    [InlineData("kvs")]
    public async Task Plans_BadUsage_IsTwo(params string[] arguments)
    {
        var run = await Invocation.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plans_MissingFile_IsTwo()
    {
        var run = await Invocation.RunAsync("kvs", "plan", "--sids", "/does/not/exist");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("kvs plan: cannot read --sids", run.Error, StringComparison.Ordinal);
    }
}
