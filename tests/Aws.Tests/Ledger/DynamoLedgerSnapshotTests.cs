using Portcullis.Aws.Ledger;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>What a start reads, and that nothing of what was erased is left in it.</summary>
public sealed class DynamoLedgerSnapshotTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    private const string Secret = "WhatOnlyThisCustomerDid", Tag = "abcdefghij";

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000_000));

    [SkippableFact]
    public async Task Start_AfterASnapshot_ReadsItAndOnlyTheLogAfterIt()
    {
        await using var driver = await OpenAsync(20);
        await RevokeAsync(driver, 0, 100);
        await driver.RestartAsync();
        await RevokeAsync(driver, 100, 5);
        var state = driver.Ledger.Current;
        // A log without its beginning tells whether the snapshot was read.
        await foreach (var group in new LedgerLog(driver.Direct).ReadAfterAsync(0, default))
        {
            if (group.Last <= 100)
                await driver.Direct.DeleteAsync(LedgerKeys.Log, Number.Sortable(group.First), default);
        }
        await driver.CrashAsync();

        Assert.Equal(105, driver.Ledger.Current.Sequence);
        Assert.Equal(IdsOf(state), IdsOf(driver.Ledger.Current));
        Assert.Single(await ListAsync(driver));
    }

    /// <summary>Neither pointer, nor chunks, nor the name in the list.</summary>
    [SkippableTheory]
    [InlineData("#snapshot#current\"")]
    [InlineData("#snapshot#")]
    [InlineData("#snapshots\"")]
    public async Task Start_SnapshotWrittenHalf_IsAsWithoutIt(string failing)
    {
        await using var driver = await OpenAsync(20);
        await RevokeAsync(driver, 0, 30);
        await driver.RestartAsync();
        var kept = Assert.Single(await ListAsync(driver));
        driver.Proxy.Judge = (_, body) => System.Text.Encoding.UTF8.GetString(body) is var text && text.Contains(failing, StringComparison.Ordinal) && text.Contains("\"Item\"", StringComparison.Ordinal) ? Fault.Dropped : null;
        await RevokeAsync(driver, 30, 40);
        await Poll.UntilAsync(() => !driver.Ledger.Health.IsHealthy, "the snapshot fails");
        var state = driver.Ledger.Current;
        driver.Proxy.Judge = null;
        await driver.CrashAsync();
        var afterwards = IdsOf(driver.Ledger.Current);
        // What was left is deleted once it is old enough, by the next one.
        _time.Advance(TimeSpan.FromMinutes(15));
        await driver.RestartAsync();
        await RevokeAsync(driver, 70, 40);
        await driver.RestartAsync();

        Assert.Equal(IdsOf(state), afterwards);
        Assert.NotEqual(kept, Assert.Single(await ListAsync(driver)));
        Assert.Single((await driver.ReadAllAsync()).Select(ChunkOf).OfType<string>().Distinct());
    }

    [SkippableFact]
    public async Task Start_SnapshotFromAClockThatRanAhead_IsNotBelieved()
    {
        await using var driver = await OpenAsync(20);
        await RevokeAsync(driver, 0, 30);
        _time.Advance(TimeSpan.FromDays(30));
        await driver.Ledger.SweepAsync(default);
        Assert.Empty(driver.Ledger.Current.Standing(0));
        await driver.RestartAsync();
        _time.Advance(TimeSpan.FromDays(-30));
        await driver.RestartAsync();

        Assert.Equal(30, driver.Ledger.Current.CountStanding(_time.Seconds));
    }

    /// <summary>Erased by one process while another has everything in memory and keeps snapshots.</summary>
    [SkippableFact]
    public async Task Erase_WithSnapshotsAndAnotherProcess_LeavesNoTextAnywhere()
    {
        await using var driver = await OpenAsync(10);
        for (var i = 0; i < 30; i++)
            await driver.Ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session(i % 3 == 0 ? $"{Tag}_{i}" : $"s{i}"), until: _time.Seconds + 86_400) with { Reason = i % 3 == 0 ? Secret : "test" });
        await driver.RestartAsync();
        var other = await driver.OpenAnotherAsync();
        Assert.Contains(await driver.ReadAllAsync(), item => item.Contains("#snapshot#", StringComparison.Ordinal) && item.Contains(Secret, StringComparison.Ordinal));

        var erased = (await driver.Ledger.EraseAsync(Tag, default), await driver.Ledger.EraseAsync(Tag, default));
        Assert.DoesNotContain(await driver.ReadAllAsync(), item => item.Contains(Secret, StringComparison.Ordinal));
        // The other one keeps a snapshot of what it has, before it looks around by itself.
        await Task.WhenAll(Enumerable.Range(100, 25).Select(i => other.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), until: _time.Seconds + 86_400)).AsTask()));
        await other.DisposeAsync();
        var items = await driver.ReadAllAsync();

        Assert.Equal((10, 0), erased);
        Assert.DoesNotContain(items, item => item.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(30, driver.Ledger.Current.Standing(_time.Seconds).Count(revocation => revocation.Decision.Sequence <= 30));
        Assert.All(driver.Ledger.Current.Standing(_time.Seconds).Where(revocation => revocation.Subject.IsOfAccount(Tag)), revocation => Assert.Equal("erased", revocation.Decision.Reason));
        await driver.CrashAsync();
        Assert.Equal(55, driver.Ledger.Current.CountStanding(_time.Seconds));
    }

    [SkippableFact]
    public async Task ForgetEvidence_WithASnapshot_IsForgottenThereToo()
    {
        await using var driver = await OpenAsync(10);
        for (var i = 0; i < 30; i++)
        {
            await driver.Ledger.AppendAsync(LedgerLogFill.Verdict(0, _time.GetUtcNow()) with { Id = $"d{i}", Subject = Subject.Session($"s{i}"), Reason = Secret, AssetId = $"a{i}", Until = _time.Seconds + (400 * 86_400) });
            _time.Advance(TimeSpan.FromDays(2));
        }
        await driver.RestartAsync();

        var forgotten = await driver.Ledger.ForgetEvidenceAsync(_time.GetUtcNow().AddDays(-41), default);
        var again = await driver.Ledger.ForgetEvidenceAsync(_time.GetUtcNow().AddDays(-41), default);
        var later = await driver.Ledger.ForgetEvidenceAsync(_time.GetUtcNow().AddDays(-1), default);

        Assert.Equal((10, 0, 20), (forgotten, again, later));
        Assert.DoesNotContain(await driver.ReadAllAsync(), item => item.Contains(Secret, StringComparison.Ordinal) || item.Contains("doubled", StringComparison.Ordinal));
        Assert.Equal(30, driver.Ledger.Current.CountStanding(_time.Seconds));
    }

    /// <summary>Texts are rewritten by two at once and neither is lost.</summary>
    [SkippableFact]
    public async Task EraseAndForget_AtOnce_BothHappen()
    {
        await using var driver = await OpenAsync(1_000);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => driver.Ledger.AppendAsync(
            LedgerLogFill.Verdict(0, _time.GetUtcNow()) with { Id = $"d{i}", Subject = Subject.Session($"abcdefgh{i / 6:d2}_{i}"), Reason = Secret, AssetId = $"a{i}", Until = _time.Seconds + 86_400 }).AsTask()));
        var other = await driver.OpenAnotherAsync();

        await Task.WhenAll([
            other.ForgetEvidenceAsync(_time.GetUtcNow().AddSeconds(1), default),
            .. Enumerable.Range(0, 10).Select(i => driver.Ledger.EraseAsync($"abcdefgh{i:d2}", default))]);

        Assert.All(await driver.Ledger.HistoryAsync(null, null, 100), decision => Assert.Equal((Decision.ErasedReason, 0, null), (decision.Reason == Decision.ExpiredReason ? "expired only" : decision.Reason, decision.Evidence.Count, decision.AssetId)));
    }

    private async Task<DynamoLedgerDriver> OpenAsync(int every) =>
        await DynamoLedgerDriver.OpenAsync(server, _time, options => options with { SnapshotEvery = every, Breaker = new BreakerOptions { PerMinute = 1_000, ConcentratedPercent = 100 } });

    private async Task RevokeAsync(DynamoLedgerDriver driver, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            await driver.Ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), at: _time.Seconds, until: _time.Seconds + 86_400));
    }

    private static List<string> IdsOf(RevocationSnapshot state) => [.. state.Standing(0).Select(revocation => $"{revocation.Decision.Sequence} {revocation.Decision.Id}")];

    private static async Task<List<string>> ListAsync(DynamoLedgerDriver driver)
    {
        var ids = new List<string>();
        await foreach (var item in driver.Direct.QueryAsync(LedgerKeys.Snapshots))
            ids.Add(item["SK"].S);
        return ids;
    }

    private static string? ChunkOf(string item) =>
        System.Text.RegularExpressions.Regex.Match(item, "PK=default#snapshot#([0-9a-f]{32}) ") is { Success: true } match ? match.Groups[1].Value : null;
}
