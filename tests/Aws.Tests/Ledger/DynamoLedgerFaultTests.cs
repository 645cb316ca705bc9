using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>What goes wrong on the way to the table, and who writes to it besides: nothing acknowledged is lost, nothing is there twice.</summary>
public sealed class DynamoLedgerFaultTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    private static readonly Fault[] Faults = [Fault.Throttled("ProvisionedThroughputExceededException"), Fault.ServerError, Fault.Dropped, Fault.AnswerLost];

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Append_RequestsThatFail_LosesNothingAndDoublesNothing(int fault)
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time, options => options with { SnapshotEvery = 40 });
        var random = new Random(fault);
        driver.Proxy.Judge = (_, _) => ChanceOf(random, 0.15) ? Faults[fault] : null;

        // A writer asks again with the same id until he is answered, as the engine does.
        var receipts = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var answers = new List<LedgerReceipt>();
            for (var i = 0; i < 25; i++)
                answers.Add(await UntilAnsweredAsync(() => driver.Ledger.AppendAsync(Decisions.Revoke($"d{writer}-{i}", Subject.Session($"s{writer}-{i}"))).AsTask()));
            return answers;
        })));
        driver.Proxy.Judge = null;
        await driver.CrashAsync();

        var acknowledged = receipts.SelectMany(answers => answers).ToList();
        Assert.Equal(200, acknowledged.Select(receipt => receipt.Decision.Sequence).Distinct().Count());
        Assert.Equal(200, driver.Ledger.Current.Sequence);
        foreach (var receipt in acknowledged)
            Assert.Equal(receipt.Decision.Sequence, driver.Ledger.Current.Find(receipt.Decision.Subject, 1_500)!.Decision.Sequence);
        Assert.Equal(Enumerable.Range(1, 200).Reverse().Select(i => (long)i), (await driver.Ledger.HistoryAsync(null, null, 1_000)).Select(decision => decision.Sequence));
    }

    /// <summary>The first attempt arrives, its answer does not: found by reading, and acknowledged as written; also when the SDK has tried again meanwhile, and found the place taken.</summary>
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Append_AnswerOfTheWriteLost_IsFoundInTheLog(int retries)
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time, retries: retries);
        var lost = 0;
        driver.Proxy.Judge = (request, body) => FaultProxy.OperationOf(request) == "PutItem" && IsOf("#log", body) && Interlocked.Increment(ref lost) == 1 ? Fault.AnswerLost : null;

        var receipt = await driver.Ledger.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1")));

        Assert.Equal((DecisionEffect.Applies, 1), (receipt.Effect, receipt.Decision.Sequence));
        Assert.Equal(1, driver.Ledger.Current.Sequence);
        Assert.Single(await driver.Ledger.HistoryAsync(null, null, 10));
    }

    /// <summary>The write arrives after it was given up: the next one finds its place taken and is judged after it.</summary>
    [SkippableFact]
    public async Task Append_EarlierWriteArrivesLate_IsNotDoubled()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);
        HttpRequestMessage? late = null;
        driver.Proxy.Judge = (incoming, body) =>
        {
            if (FaultProxy.OperationOf(incoming) != "PutItem" || !IsOf("#log", body))
                return null;
            late ??= CopyOf(incoming, body);
            return Fault.Dropped;
        };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => driver.Ledger.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1"))).AsTask());
        driver.Proxy.Judge = null;
        using var client = new HttpClient { BaseAddress = server.Url };
        using var arrived = await client.SendAsync(late!);
        Assert.True(arrived.IsSuccessStatusCode);

        var other = await driver.Ledger.AppendAsync(Decisions.Revoke("d2", Subject.Session("s2")));
        var again = await driver.Ledger.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1")));

        Assert.Equal((DecisionEffect.Applies, 2), (other.Effect, other.Decision.Sequence));
        Assert.Equal((DecisionEffect.AlreadyThere, 1), (again.Effect, again.Decision.Sequence));
    }

    [SkippableFact]
    public async Task Append_StoreGoneForAWhile_HealthSaysSoUntilItIsBack()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);

        await driver.FailAsync(Decisions.Revoke("d1", Subject.Session("s1")));
        var failing = driver.Ledger.Health;
        await driver.Ledger.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1")));

        Assert.Equal(("ledger", false), (failing.Name, failing.IsHealthy));
        Assert.True(driver.Ledger.Health.IsHealthy, driver.Ledger.Health.Error);
    }

    /// <summary>A decision that no item can hold is refused alone, with what is allowed.</summary>
    [SkippableFact]
    public async Task Append_TooLarge_IsRefusedAndHoldsUpNobody()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);
        var noise = new byte[450_000];
        new Random(1).NextBytes(noise);

        var large = driver.Ledger.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1")) with { Reason = Convert.ToBase64String(noise) }).AsTask();
        var receipt = await driver.Ledger.AppendAsync(Decisions.Revoke("d2", Subject.Session("s2")));
        var repetitive = await driver.Ledger.AppendAsync(Decisions.Revoke("d3", Subject.Session("s3")) with { Reason = new string('x', 500_000) });

        var error = await Assert.ThrowsAsync<Portcullis.Aws.Ledger.DecisionTooLargeException>(() => large);
        Assert.Contains("390000", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 2), (receipt.Decision.Sequence, repetitive.Decision.Sequence));
        Assert.True(driver.Ledger.Health.IsHealthy);
    }

    /// <summary>Killed after the group and before its index: what comes next finds the decisions all the same, and writes the index.</summary>
    [SkippableFact]
    public async Task Start_KilledBeforeTheIndexWasWritten_FindsEverything()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);
        driver.Proxy.Judge = (request, _) => FaultProxy.OperationOf(request) == "BatchWriteItem" ? Fault.Dropped : null;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => driver.Ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"abcdefghij_{i % 6}"))).AsTask()));
        await Poll.UntilAsync(() => !driver.Ledger.Health.IsHealthy, "the index fails");
        Assert.Equal("d7", (await driver.Ledger.FindAsync("d7"))?.Id);
        await driver.CrashAsync();

        await AssertFindsAsync(driver.Ledger);
        driver.Proxy.Judge = null;
        await driver.CrashAsync();
        await AssertFindsAsync(driver.Ledger);
        await Poll.UntilAsync(() => driver.Ledger.Health.IsHealthy, "the index is written");
        await driver.RestartAsync();
        Assert.Equal(60, (await driver.ReadAllAsync()).Count(item => item.Contains("#id#", StringComparison.Ordinal)));
        await AssertFindsAsync(driver.Ledger);

        static async Task AssertFindsAsync(Portcullis.Aws.Ledger.DynamoLedger ledger)
        {
            Assert.Equal(DecisionEffect.AlreadyThere, (await ledger.AppendAsync(Decisions.Revoke("d7", Subject.Session("other")))).Effect);
            Assert.Equal("d7", (await ledger.FindAsync("d7"))?.Id);
            Assert.Equal(10, (await ledger.HistoryAsync(Subject.Session("abcdefghij_3"), null, 100)).Count);
        }
    }

    /// <summary>Two processes during a deployment: whoever loses the race judges anew, and both come to the same.</summary>
    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task TwoLedgers_AtOnce_EndEqualAndPassTheLimitTogetherOnly(int seed, bool faults)
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time, options => options with { Breaker = new BreakerOptions { PerMinute = 20, LivePercent = 0, ConcentratedPercent = 100 }, SnapshotEvery = 50 });
        var ledgers = new[] { driver.Ledger, await driver.OpenAnotherAsync() };
        var random = new Random(seed);
        if (faults)
            driver.Proxy.Judge = (_, _) => ChanceOf(random, 0.1) ? Faults[random.Next(Faults.Length)] : null;

        var receipts = (await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var own = new Random((seed * 100) + writer);
            var answers = new List<LedgerReceipt>();
            for (var i = 0; i < 30; i++)
            {
                // The same verdict may reach both, and people block and lift the same sessions at either.
                var number = own.Next(60);
                var decision = own.Next(4) switch
                {
                    0 => Decisions.Revoke($"p{writer}-{i}", Subject.Session($"s{number}")),
                    1 => Decisions.Lift($"l{writer}-{i}", Subject.Session($"s{number}")),
                    _ => Decisions.Revoke($"auto-s{number}-0", Subject.Session($"s{number}"), DecisionSource.Auto, evidenceUntil: 1_001) with { AssetId = "match" },
                };
                answers.Add(await UntilAnsweredAsync(() => ledgers[own.Next(2)].AppendAsync(decision).AsTask()));
            }
            return answers;
        })))).SelectMany(answers => answers).ToList();
        driver.Proxy.Judge = null;
        foreach (var ledger in ledgers)
            await ledger.SweepAsync(default);

        var log = (await ledgers[0].HistoryAsync(null, null, 1_000)).Reverse().ToList();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long)i), log.Select(decision => decision.Sequence));
        Assert.Equal(log.Count, log.Select(decision => decision.Id).Distinct().Count());
        Assert.All(receipts.Where(receipt => receipt.Effect is DecisionEffect.Applies or DecisionEffect.AlreadyThere), receipt => Assert.Equal(receipt.Decision.Id, log[(int)receipt.Decision.Sequence - 1].Id));
        Assert.Equal(20, log.Count(decision => decision is { Source: DecisionSource.Auto, Kind: DecisionKind.Revoke }));
        // What each says is what the log alone leads to, every refusal included.
        var model = log.Aggregate(RevocationSnapshot.Empty, (state, decision) =>
        {
            Assert.Equal(DecisionEffect.Applies, state.Judge(decision));
            return state.Apply(decision);
        });
        foreach (var state in ledgers.Select(ledger => ledger.Current).Append((await driver.OpenAnotherAsync()).Current))
            Assert.Equal(Texts(model), Texts(state));
    }

    /// <summary>What another process decides reaches those who watch here, without anything being asked.</summary>
    [SkippableFact]
    public async Task Watch_DecisionOfAnotherProcess_Comes()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);
        var other = await driver.OpenAnotherAsync();
        await other.AppendAsync(Decisions.Revoke("d1", Subject.Session("s1")));

        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => driver.Ledger.Current.Find(Subject.Session("s1"), 1_500) is not null, "the decision comes");
    }

    /// <summary>A kill between two rounds of the index: the cursor must not stand within a group, whose rest nobody would write.</summary>
    [SkippableFact]
    public async Task Index_RoundThatEndsWithinAGroup_TakesItWhole()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, _time);
        var index = new Portcullis.Aws.Ledger.LedgerIndex(driver.Direct, _time);
        foreach (var first in (int[])[1, 301, 601])
            index.Add(new Portcullis.Aws.Ledger.LogGroup("g", first, [.. Enumerable.Range(first, 300).Select(i => Decisions.Revoke($"d{i}", Subject.Session("s")) with { Sequence = i })]));

        await index.WriteSomeAsync(default);

        Assert.Equal(600, await index.ReadCursorAsync(default));
    }

    /// <summary>Two that look at the end of the log all the time, and are asked for the same decisions.</summary>
    [SkippableFact]
    public async Task TwoLedgers_PollingWhileAsked_AgreeOnEverySequence()
    {
        await using var driver = await DynamoLedgerDriver.OpenAsync(server, TimeProvider.System, options => options with { PollEvery = TimeSpan.FromMilliseconds(1) });
        var other = await driver.OpenAnotherAsync();

        for (var i = 0; i < 150; i++)
        {
            var both = await Task.WhenAll(driver.Ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))).AsTask(), other.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))).AsTask());
            Assert.Equal(both[0].Decision.Sequence, both[1].Decision.Sequence);
            Assert.Single(both, receipt => receipt.Effect == DecisionEffect.Applies);
        }

        await Poll.UntilAsync(() => driver.Ledger.Current.Sequence == 150 && other.Current.Sequence == 150, "both have all");
    }

    private static List<string> Texts(RevocationSnapshot state)
    {
        var parts = state.ToParts();
        return [.. parts.Revocations.Select(decision => $"revoked {decision}").Concat(parts.Held.Select(decision => $"held {decision}")).Concat(parts.Voids.Select(decision => $"void {decision}"))
            .Select(text => System.Text.RegularExpressions.Regex.Replace(text, "Evidence = [^,]*,", "")).Order(StringComparer.Ordinal), $"{state.Sequence}"];
    }

    private static async Task<LedgerReceipt> UntilAnsweredAsync(Func<Task<LedgerReceipt>> append)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await append();
            }
            catch (StoreUnavailableException) when (attempt < 200)
            {
                // The outcome is unknown: again, with the same id.
            }
        }
    }

    private static bool ChanceOf(Random random, double chance)
    {
        lock (random)
            return random.NextDouble() < chance;
    }

    private static bool IsOf(string partition, byte[] body) => System.Text.Encoding.UTF8.GetString(body).Contains(partition + "\"", StringComparison.Ordinal);

    private static HttpRequestMessage CopyOf(HttpRequest request, byte[] body)
    {
        var copy = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in request.Headers)
        {
            if (!copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                copy.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        return copy;
    }
}
