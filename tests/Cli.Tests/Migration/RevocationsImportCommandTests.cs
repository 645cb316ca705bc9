using System.Globalization;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Migration;

public sealed class RevocationsImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-cli-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Import_RowsOfAllKinds_BlocksWhatStandsOnceAndNamesTheRest()
    {
        await using var service = await FakeService.StartAsync();
        var file = Write(
            Row("abcDEF123456", "MANUAL", Days(-1), Days(6)),
            Row("abcDEF123456", "AUTO", Days(-2), Days(5)),
            Row("longGone1234", "AUTO", Days(-9), Days(-2)),
            """{"session_id":{"S":"no/sid"},"type":{"S":"AUTO"}}""");

        var run = await Invocation.RunAsync(service, "revocations", "import", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("1 imported, 1 have ended, 1 refused\n", run.Output);
        Assert.Equal($"{file}: revocations[3].session_id: must be 1 to 64 characters of A-Z a-z 0-9 _ -\n", run.Error);
        var body = JsonElement.Parse(Assert.Single(service.Posts).Split(' ', 2)[1]);
        Assert.Equal(("abcDEF123456", "SMDE: manual, COMPROMISED"), (body.GetProperty("sid").GetString(), body.GetProperty("reason").GetString()));
        Assert.Equal(Days(6), body.GetProperty("until").GetDateTimeOffset().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Import_Again_AsksWithTheSameRequestId()
    {
        await using var service = await FakeService.StartAsync();
        var file = Write(Row("abcDEF123456", "MANUAL", 1_700_000_000, Days(6)));

        await Invocation.RunAsync(service, "revocations", "import", file);
        await Invocation.RunAsync(service, "revocations", "import", file);

        var ids = service.Posts.Select(post => JsonElement.Parse(post.Split(' ', 2)[1]).GetProperty("requestId").GetString()).ToList();
        Assert.Equal(2, ids.Count);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task Import_DryRun_AsksNobody()
    {
        var run = await Invocation.RunAsync("revocations", "import", Write(Row("abcDEF123456", "AUTO", Days(-1), Days(6))), "--dry-run", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("""{"dryRun":true,"imported":0,"ended":0,"refused":0,"errors":[]}""", JsonSerializer.Serialize(JsonElement.Parse(run.Output)));
    }

    [Theory]
    [InlineData("revocations", "import")]
    [InlineData("revocations", "import", "a.json", "--table", "t", "--region", "eu-west-1")]
    [InlineData("assets", "import", "--dry-run")]
    public async Task Import_NoSourceOrTwo_IsBadUsage(params string[] arguments)
    {
        var run = await Invocation.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("give either files or --table", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_FileMissing_IsBadUsage()
    {
        var run = await Invocation.RunAsync("revocations", "import", Path.Combine(_folder, "none.json"), "--dry-run");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("cannot read", run.Error, StringComparison.Ordinal);
    }

    private static long Days(int days) => DateTimeOffset.UtcNow.AddDays(days).ToUnixTimeSeconds();

    private static string Row(string sid, string type, long updated, long ends) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"session_id":{"S":"{{{sid}}}"},"type":{"S":"{{{type}}}"},"reason":{"S":"COMPROMISED"},"score":{"N":"1"},"last_updated":{"N":"{{{updated}}}"},"ttl":{"N":"{{{ends}}}"}}""");

    private string Write(params string[] rows)
    {
        var file = Path.Combine(_folder, "revocations.json");
        File.WriteAllText(file, string.Join('\n', rows));
        return file;
    }
}
