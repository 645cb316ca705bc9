using Portcullis.Aws.Tests.Servers;
using Portcullis.Local.Tests;
using Portcullis.Local.Tests.Stream;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class KinesisLimitTests
{
    [SkippableFact]
    public async Task Start_LoadBehindTheLimitsOfShards_NothingIsLostAndTheReaderStaysWithinThem()
    {
        const int lines = 40_000;
        using var server = await AwsServers.StartFastKinesisAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        var limits = new ShardLimits(TimeProvider.System);
        (proxy.Judge, proxy.Answered) = (limits.Judge, limits.Answered);
        using var producer = new Producer(server.Url, "load");
        await producer.CreateAsync(2);
        var engine = new RecordingEngine();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await producer.PutAsync(Enumerable.Range(1, lines).Select(number => LogText.Segment(number, now)));
        await using var reading = new Reading(proxy.Url, Reading.Options("load") with { PollEvery = TimeSpan.FromMilliseconds(250) }, new MemoryCheckpoints(), engine);
        await reading.UntilAsync(lines);

        Assert.Equal(Enumerable.Range(1, lines), engine.Observed.Order());
        // More than a second's share in one answer: the reader must have waited.
        Assert.True(limits.LargestAnswer > 1_000_000, $"{limits.LargestAnswer} bytes");
        Assert.Equal((0, 0), (limits.Refused, reading.Stream.Status.Throttled));
    }

    [SkippableFact]
    public async Task Start_AnotherReaderTakesTheShardsReads_BacksOffAndLosesNothing()
    {
        const int lines = 5_000;
        using var server = await AwsServers.StartFastKinesisAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        var limits = new ShardLimits(TimeProvider.System);
        (proxy.Judge, proxy.Answered) = (limits.Judge, limits.Answered);
        using var producer = new Producer(server.Url, "shared");
        await producer.CreateAsync(2);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (first, second) = (new RecordingEngine(), new RecordingEngine());
        // By default four reads a second each, of five: both are refused, and neither for ever.
        var options = Reading.Options("shared") with { MostRecords = 500, PollEvery = TimeSpan.FromMilliseconds(250) };
        await using var one = new Reading(proxy.Url, options, new MemoryCheckpoints(), first);
        await using var other = new Reading(proxy.Url, options, new MemoryCheckpoints(), second);
        await producer.PutAsync(Enumerable.Range(1, lines).Select(number => LogText.Segment(number, now)));
        await one.UntilAsync(lines);
        await other.UntilAsync(lines);

        Assert.Equal(Enumerable.Range(1, lines), first.Observed.Order());
        Assert.Equal(Enumerable.Range(1, lines), second.Observed.Order());
        Assert.InRange(limits.Refused, 1, int.MaxValue);
        Assert.InRange(one.Stream.Status.Throttled + other.Stream.Status.Throttled, 1, limits.Refused);
        Assert.True(one.Stream.Health.IsHealthy && other.Stream.Health.IsHealthy);
    }
}
