using System.Text.Json;

namespace Portcullis.Cli.Tests.Traffic;

public sealed class TrafficCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-traffic-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public async Task Traffic_ThenReplayWithItsLabels_ScoresEverySession()
    {
        var made = await Invocation.RunAsync("traffic", "--seed", "3", "--viewers", "120", "--minutes", "12", "--offenders", "0.3", "--out", At("log"), "--labels", At("labels"), "--json");
        var replayed = await Invocation.RunAsync("replay", At("log"), "--labels", At("labels"), "--json");

        Assert.Equal((0, 0), (made.ExitCode, replayed.ExitCode));
        var summary = JsonSerializer.Deserialize<JsonElement>(made.Output);
        Assert.Equal(File.ReadLines(At("log")).LongCount(), summary.GetProperty("lines").GetInt64());
        Assert.Equal(File.ReadLines(At("labels")).Count(), summary.GetProperty("sessions").GetInt32());
        Assert.Contains("\"revoke\"", replayed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", replayed.Output + replayed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--viewers", "0", "viewers (0)")]
    [InlineData("--minutes", "1000", "minutes (1000)")]
    [InlineData("--kinds", "viewer:none", "'viewer:none'")]
    [InlineData("--start", "7", "start (7)")]
    public async Task Traffic_OptionOutOfRange_IsBadUsageThatNamesIt(string option, string value, string named)
    {
        var run = await Invocation.RunAsync("traffic", option, value, "--out", At("log"), "--labels", At("labels"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("labels")));
    }

    [Fact]
    public async Task Traffic_FolderMissing_IsRefused()
    {
        var run = await Invocation.RunAsync("traffic", "--viewers", "5", "--minutes", "2", "--out", At("none/log"), "--labels", At("labels"));

        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Evaluate_FewViewerHours_FindsSharersAndSparesViewers()
    {
        var run = await Invocation.RunAsync("evaluate", "--seed", "9", "--viewer-hours", "60", "--offenders", "0.3");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("shared by 3 or more", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"revocations: [1-9]\d* right, [01] wrong", run.Output);
    }

    [Fact]
    public async Task Evaluate_HoursOutOfRange_IsBadUsage() => Assert.Equal(2, (await Invocation.RunAsync("evaluate", "--viewer-hours", "0")).ExitCode);
}
