using System.Diagnostics;
using System.Globalization;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Revocations;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>More than a page of everything.</summary>
public sealed class DynamoLedgerScaleTests(DynamoServer server, ITestOutputHelper output) : IClassFixture<DynamoServer>
{
    private readonly ManualTime _time = new();

    [SkippableFact]
    public async Task History_ThreeThousandDecisions_ComesPageByPage()
    {
        await using var driver = await OpenAsync();
        // Reasons that do not compress, so that the log is several pages of 1 MB; every second one about the same session.
        var random = new Random(7);
        var texts = Enumerable.Range(0, 3_000).Select(_ => { var noise = new byte[600]; random.NextBytes(noise); return Convert.ToBase64String(noise); }).ToList();
        await Task.WhenAll(texts.Select((text, i) => driver.Ledger.AppendAsync(
            Decisions.Revoke($"d{i}", Subject.Session(i % 2 == 0 ? "pirate" : $"s{i}"), at: _time.Seconds, until: _time.Seconds + 86_400) with { Reason = text, AssetId = i % 1_000 == 0 ? "rare" : null }).AsTask()));
        await driver.CrashAsync();

        Assert.Equal(Enumerable.Range(1, 3_000).Reverse().Select(i => (long)i), await PagesAsync(before => driver.Ledger.HistoryAsync(null, before, 700)));
        Assert.Equal(1_500, (await PagesAsync(before => driver.Ledger.HistoryAsync(Subject.Session("pirate"), before, 700))).Distinct().Count());
        Assert.Equal(3, (await driver.Ledger.SearchAsync(new() { Filter = new() { Asset = "rare" } }, null, 1_000)).Count);
        Assert.Equal(1_501, driver.Ledger.Current.CountStanding(_time.Seconds));
        Assert.Equal("d1234", (await driver.Ledger.FindAsync("d1234"))?.Id);
    }

    [SkippableFact]
    public async Task Start_HundredThousandRevocations_AllStandAfterwards()
    {
        await using var driver = await OpenAsync();
        await LedgerLogFill.FillAsync(driver.Direct, 0, 100_000, _time.GetUtcNow());
        var fromTheLog = await TimeAsync(driver.CrashAsync);
        await driver.RestartAsync();
        await LedgerLogFill.FillAsync(driver.Direct, 100_000, 1_000, _time.GetUtcNow());
        var fromTheSnapshot = await TimeAsync(driver.CrashAsync);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"100,000 standing: from the log {fromTheLog:0} ms, from a snapshot and 1,000 decisions after it {fromTheSnapshot:0} ms"));
        Assert.Equal(101_000, driver.Ledger.Current.CountStanding(_time.Seconds));
        Assert.NotNull(driver.Ledger.Current.Find(Subject.Session($"{100_500:D16}"), _time.Seconds));
        Assert.Equal("auto-0000000000050000-0", driver.Ledger.Current.Find(Subject.Session($"{50_000:D16}"), _time.Seconds)!.Decision.Id);
    }

    /// <summary>A wave of wrong blocks is lifted at once.</summary>
    [SkippableFact]
    public async Task Append_FiveThousandLiftsAtOnce_AllApply()
    {
        await using var driver = await OpenAsync();
        await LedgerLogFill.FillAsync(driver.Direct, 0, 5_000, _time.GetUtcNow());
        await driver.CrashAsync();

        var time = await TimeAsync(async () =>
        {
            foreach (var thousand in Enumerable.Range(1, 5_000).Chunk(1_000))
                await Task.WhenAll(thousand.Select(i => driver.Ledger.AppendAsync(Decisions.Lift($"l{i}", Subject.Session($"{i:D16}"), _time.Seconds) with { Order = "o1" }).AsTask()));
        });

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"5,000 lifts: {time:0} ms"));
        Assert.Equal(0, driver.Ledger.Current.CountStanding(_time.Seconds));
        Assert.Equal(5_000, await driver.Ledger.CountOfAsync(Decisions.Of(DecisionKind.Bulk, "o1", Subject.Installation)));
    }

    private Task<DynamoLedgerDriver> OpenAsync() => DynamoLedgerDriver.OpenAsync(server, _time);

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<List<long>> PagesAsync(Func<long?, ValueTask<IReadOnlyList<Decision>>> read)
    {
        var sequences = new List<long>();
        long? before = null;
        while (await read(before) is { Count: > 0 } page)
        {
            sequences.AddRange(page.Select(decision => decision.Sequence));
            before = page[^1].Sequence;
        }
        return sequences;
    }
}
