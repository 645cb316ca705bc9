using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Local.Tests;
using Portcullis.Local.Tests.Stream;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class KinesisLogStreamTests(KinesisServer server) : IClassFixture<KinesisServer>
{
    private readonly MemoryCheckpoints _checkpoints = new();
    private readonly RecordingEngine _engine = new();

    /// <summary>Lines of now, numbered.</summary>
    private static IEnumerable<string> Lines(int from, int count)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return Enumerable.Range(from, count).Select(number => LogText.Segment(number, now) + "\n");
    }

    private Reading Read(string stream, Uri? through = null, Func<KinesisStreamOptions, KinesisStreamOptions>? change = null) =>
        new(through ?? server.Url, change?.Invoke(Reading.Options(stream)) ?? Reading.Options(stream), _checkpoints, _engine);

    private void AssertEachOnce(int lines) => Assert.Equal(Enumerable.Range(1, lines), _engine.Observed.Order());

    [SkippableFact]
    public async Task Start_LinesBeforeAndAfter_AreObservedOnce()
    {
        using var producer = await server.CreateAsync("plain", 3);
        await producer.PutAsync(Lines(1, 100));
        await using var reading = Read("plain");
        await reading.UntilAsync(100);
        await producer.PutAsync(Lines(101, 100));
        await reading.UntilAsync(200);

        AssertEachOnce(200);
        var status = reading.Stream.Status;
        Assert.Equal((200, 200, 0, 0), (status.Lines, status.Accepted, status.Malformed, status.Gaps));
        Assert.True(reading.Stream.Health.IsHealthy);
        Assert.InRange(reading.Stream.EventTime(), DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [SkippableFact]
    public async Task Start_SeveralLinesInARecordAndBadOnes_SplitsAndCounts()
    {
        using var producer = await server.CreateAsync("records", 1);
        await producer.PutAsync([string.Concat(Lines(1, 3)), "nonsense\n", Lines(4, 1).Single().TrimEnd('\n'), "#Fields: nothing-known\n", Lines(5, 1).Single()]);
        await using var reading = Read("records");
        await reading.UntilAsync(5);

        AssertEachOnce(5);
        Assert.Equal((6, 2), (reading.Stream.Status.Lines, reading.Stream.Status.Malformed));
    }

    [SkippableFact]
    public async Task Start_SplitsAndMergesInFullFlow_NoLineIsLostOrCountedTwice()
    {
        const int lines = 4_000;
        using var producer = await server.CreateAsync("resharded", 2);
        await using var reading = Read("resharded");
        var producing = Task.Run(async () =>
        {
            for (var from = 1; from <= lines; from += 50)
                await producer.PutAsync(Lines(from, 50));
        });
        await reading.UntilAsync(200);
        await producer.SplitAsync();
        await reading.UntilAsync(800);
        await producer.MergeAsync();
        await producer.SplitAsync();
        await producer.MergeAsync();
        await producing;
        await reading.UntilAsync(lines);
        await reading.StopAsync();

        AssertEachOnce(lines);
        var shards = await producer.ShardsAsync();
        Assert.InRange(shards.Count, 8, 8);
        var checkpoints = (await _checkpoints.LoadAsync("resharded")).ToDictionary(checkpoint => checkpoint.Shard);
        Assert.All(shards, shard => Assert.Equal(shard.IsClosed, checkpoints[shard.Id].IsClosed));
    }

    [SkippableFact]
    public async Task Start_StoppedAgainAndAgainWhileResharding_NoLineIsLostOrCountedTwice()
    {
        const int lines = 1_500;
        using var producer = await server.CreateAsync("restarted", 2);
        var producing = Task.Run(async () =>
        {
            for (var from = 1; from <= lines; from += 50)
            {
                await producer.PutAsync(Lines(from, 50));
                if (from % 500 == 1)
                    await producer.SplitAsync();
            }
        });
        for (var stop = 200; stop < lines; stop += 300)
        {
            await using var reading = Read("restarted", change: options => options with { MostRecords = 40 });
            await reading.UntilAsync(stop);
            await reading.StopAsync();
        }
        await producing;
        await using var last = Read("restarted");
        await last.UntilAsync(lines);

        AssertEachOnce(lines);
    }

    [SkippableFact]
    public async Task Start_AfterSplitsAndMerges_ReadsParentsBeforeTheirChildren()
    {
        using var producer = await server.CreateAsync("lineage", 1);
        await producer.PutAsync(Lines(1, 100));
        await producer.SplitAsync();
        await producer.PutAsync(Lines(101, 100));
        await producer.MergeAsync();
        await producer.PutAsync(Lines(201, 100));
        await using var reading = Read("lineage");
        await reading.UntilAsync(300);

        AssertEachOnce(300);
        Assert.Equal([0, 1, 2], _engine.Observed.Select(number => (number - 1) / 100).Aggregate(new List<int>(), (parts, part) => parts.Count > 0 && parts[^1] == part ? parts : [.. parts, part]));
    }

    [SkippableTheory]
    [InlineData("expired")]
    [InlineData("throttled")]
    [InlineData("server error")]
    [InlineData("dropped")]
    [InlineData("answer lost")]
    public async Task Start_FaultsWhileReading_NoLineIsLostOrCountedTwice(string kind)
    {
        var stream = "faults-" + kind.Replace(' ', '-');
        using var producer = await server.CreateAsync(stream, 2);
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        var faults = 0;
        var reads = 0;
        proxy.Judge = (request, _) => FaultProxy.OperationOf(request) != "GetRecords" || Interlocked.Increment(ref reads) % 3 != 0 || Interlocked.Increment(ref faults) > 6 ? null : kind switch
        {
            "expired" => Fault.Throttled("ExpiredIteratorException"),
            "throttled" => Fault.Throttled("ProvisionedThroughputExceededException"),
            "server error" => Fault.ServerError,
            "dropped" => Fault.Dropped,
            _ => Fault.AnswerLost,
        };
        await producer.PutAsync(Lines(1, 200));
        await using var reading = Read(stream, proxy.Url, options => options with { MostRecords = 20 });
        await reading.UntilAsync(200);
        await producer.PutAsync(Lines(201, 50));
        await reading.UntilAsync(250);
        await Poll.UntilAsync(() => Volatile.Read(ref faults) > 6 && reading.Stream.Health.IsHealthy, "all faults, and then none");

        AssertEachOnce(250);
        Assert.Equal(kind == "throttled" ? 6 : 0, reading.Stream.Status.Throttled);
    }

    [SkippableFact]
    public async Task Status_MoreThanOneRead_SaysHowFarItIsBehind()
    {
        using var producer = await server.CreateAsync("behind", 1);
        await producer.PutAsync(Lines(1, 50));
        // The server tells the time between records.
        await Task.Delay(200);
        await producer.PutAsync(Lines(51, 50));
        var gate = new TaskCompletionSource();
        _engine.Before = async (batch, cancellation) => await (batch == 2 ? gate.Task.WaitAsync(cancellation) : Task.CompletedTask);
        await using var reading = Read("behind", change: options => options with { MostRecords = 10 });
        await Poll.UntilAsync(() => _engine.Batches == 2, "the second batch");

        Assert.True(reading.Stream.Status.BehindSeconds > 0);
        Assert.InRange(reading.Stream.EventTime(), 1, reading.Stream.Status.NewestLine!.Value.ToUnixTimeMilliseconds());
        gate.SetResult();
        await Poll.UntilAsync(() => reading.Stream.Status is { BehindSeconds: 0, Lines: 100 }, "the tip");
    }

    [SkippableFact]
    public async Task SaveAsync_BatchUnderWay_SavesNothingOfIt()
    {
        using var producer = await server.CreateAsync("under-way", 1);
        await producer.PutAsync(Lines(1, 20));
        var gate = new TaskCompletionSource();
        _engine.Before = async (_, cancellation) => await gate.Task.WaitAsync(cancellation);
        await using (var reading = Read("under-way"))
        {
            await Poll.UntilAsync(() => _engine.Batches == 1, "a batch");
            Assert.All(reading.Stream.Positions, position => Assert.Null(position.Position));
            await reading.Stream.StopAsync(TimeSpan.Zero);
            Assert.True(reading.Stream.IsUnsettled);
            await reading.Stream.SaveAsync(reading.Stream.Positions, CancellationToken.None);
        }
        gate.SetResult();
        await using var next = Read("under-way");
        await next.UntilAsync(20);

        AssertEachOnce(20);
    }

    [SkippableFact]
    public async Task StopAsync_BatchUnderWay_IsFinished()
    {
        using var producer = await server.CreateAsync("finished", 1);
        await producer.PutAsync(Lines(1, 20));
        var gate = new TaskCompletionSource();
        _engine.Before = async (_, cancellation) => await gate.Task.WaitAsync(cancellation);
        await using var reading = Read("finished");
        await Poll.UntilAsync(() => _engine.Batches == 1, "a batch");
        var stopping = reading.StopAsync();
        gate.SetResult();
        await stopping;

        AssertEachOnce(20);
        Assert.NotNull((await _checkpoints.LoadAsync("finished")).Single().Position);
    }

    [SkippableFact]
    public async Task Start_Latest_PassesOverOldLinesAndLosesNoneWhileStopped()
    {
        using var producer = await server.CreateAsync("latest", 2);
        await producer.PutAsync(Lines(1_001, 100));
        await producer.SplitAsync();
        // Times of records have a granularity of a millisecond.
        await Task.Delay(50);
        await using (var first = Read("latest", change: options => options with { Start = KinesisStart.Latest }))
        {
            await Poll.UntilAsync(() => first.Stream.Status.BehindSeconds is not null && first.Stream.Positions.Count == 3, "three open shards");
            // Killed before the first line: nothing is saved by us.
        }
        await producer.PutAsync(Lines(1, 50));
        await using var second = Read("latest", change: options => options with { Start = KinesisStart.Latest });
        await second.UntilAsync(50);

        AssertEachOnce(50);
    }

    [SkippableFact]
    public async Task Start_NoSuchStream_SaysSoAndGoesOnWhenItIsThere()
    {
        using var other = await server.CreateAsync("other", 1);
        await using var reading = Read("later");
        await Poll.UntilAsync(() => !reading.Stream.Health.IsHealthy, "an error");

        Assert.Equal("The stream 'later' does not exist in this region and account.", reading.Stream.Health.Error);
        using var producer = await server.CreateAsync("later", 1);
        await producer.PutAsync(Lines(1, 10));
        await reading.UntilAsync(10);
        await Poll.UntilAsync(() => reading.Stream.Health.IsHealthy, "health");
    }

    [SkippableFact]
    public async Task Start_AccessDenied_NamesTheActions()
    {
        using var producer = await server.CreateAsync("denied", 1);
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        proxy.Judge = (_, _) => Fault.Throttled("AccessDeniedException");
        await using var reading = Read("denied", proxy.Url);
        await Poll.UntilAsync(() => !reading.Stream.Health.IsHealthy, "an error");

        Assert.Contains("kinesis:GetShardIterator", reading.Stream.Health.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_StreamDeletedAndCreatedAnew_SaysSoAndReadsTheNewOne()
    {
        using var producer = await server.CreateAsync("anew", 1);
        await producer.PutAsync(Lines(1, 10));
        await using (var first = Read("anew"))
        {
            await first.UntilAsync(10);
            await first.StopAsync();
        }
        // Sequence numbers tell streams apart by the second in which they were created.
        await Task.Delay(1_100);
        await producer.DeleteAsync();
        await producer.CreateAsync(1);
        await producer.PutAsync(Lines(11, 10));
        await using var second = Read("anew");
        await second.UntilAsync(20);

        AssertEachOnce(20);
        Assert.Equal(1, second.Stream.Status.Gaps);
    }

    [SkippableFact]
    public async Task Health_StreamDeletedWhileReading_SaysSoAndReadsTheNewOne()
    {
        using var producer = await server.CreateAsync("gone", 1);
        await producer.PutAsync(Lines(1, 10));
        await using var reading = Read("gone");
        await reading.UntilAsync(10);
        // Sequence numbers tell streams apart by the second in which they were created.
        await Task.Delay(1_100);
        await producer.DeleteAsync();
        await Poll.UntilAsync(() => reading.Stream.Health.Error == "The stream 'gone' does not exist in this region and account.", "an error");

        await producer.CreateAsync(1);
        await producer.PutAsync(Lines(11, 10));
        await reading.UntilAsync(20);
        AssertEachOnce(20);
        await Poll.UntilAsync(() => reading.Stream.Health.IsHealthy, "health");
    }

    [SkippableFact]
    public async Task Start_RecordsDeletedBeforeTheyWereRead_CountsAGap()
    {
        using var producer = await server.CreateAsync("trimmed", 1);
        await producer.PutAsync(Lines(1, 10));
        var shard = (await producer.ShardsAsync()).Single();
        var claim = await _checkpoints.ClaimAsync("trimmed", shard.Id);
        // As if the record that was read last, older than all that are there, had been deleted since.
        await _checkpoints.SaveAsync("trimmed", claim with { Position = shard.Start });
        await using var reading = Read("trimmed");
        await reading.UntilAsync(10);

        AssertEachOnce(10);
        Assert.Equal(1, reading.Stream.Status.Gaps);
    }

    [SkippableFact]
    public async Task Start_ShardBeyondTheRetention_IsForgottenAndCounted()
    {
        using var producer = await server.CreateAsync("retention", 1);
        await _checkpoints.ClaimAsync("retention", "shardId-000000000099");
        var closed = await _checkpoints.ClaimAsync("retention", "shardId-000000000098");
        await _checkpoints.SaveAsync("retention", closed with { IsClosed = true });
        await producer.PutAsync(Lines(1, 10));
        await using var reading = Read("retention");
        await reading.UntilAsync(10);

        Assert.Equal("shardId-000000000000", (await _checkpoints.LoadAsync("retention")).Single().Shard);
        Assert.Equal(1, reading.Stream.Status.Gaps);
    }

    [SkippableFact]
    public async Task SaveAsync_ClaimedByAnother_SavesNothingAndStopsReading()
    {
        using var producer = await server.CreateAsync("fenced", 1);
        await producer.PutAsync(Lines(1, 10));
        await using var older = Read("fenced");
        await older.UntilAsync(10);
        var owner = (await _checkpoints.LoadAsync("fenced")).Single().Owner;
        var newer = new RecordingEngine();
        await using var second = new Reading(server.Url, Reading.Options("fenced"), _checkpoints, newer);
        await second.UntilAsync(10);
        await second.SaveAsync();
        await older.SaveAsync();

        Assert.Contains("read by another process", older.Stream.Health.Error, StringComparison.Ordinal);
        Assert.Empty(older.Stream.Positions);
        await producer.PutAsync(Lines(11, 10));
        await second.UntilAsync(20);
        await second.SaveAsync();
        Assert.Equal(10, _engine.Observed.Count);
        Assert.Equal(owner + 1, (await _checkpoints.LoadAsync("fenced")).Single().Owner);
        Assert.True(second.Stream.Health.IsHealthy);
    }

    [SkippableFact]
    public async Task ListShardsAsync_MoreThanAPage_FollowsAll()
    {
        using var producer = await server.CreateAsync("pages", 120);
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        using var stream = new KinesisStream(AwsServers.ConnectTo(proxy.Url), "pages");

        var shards = await stream.ListShardsAsync(50, CancellationToken.None);

        Assert.Equal(120, shards.DistinctBy(shard => shard.Id).Count());
        Assert.Equal(3, proxy.Requests);
    }
}
