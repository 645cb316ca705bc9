using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Local.Tests;
using Portcullis.Local.Tests.Stream;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class KinesisShardReaderTests(KinesisServer server) : IClassFixture<KinesisServer>
{
    [SkippableFact]
    public async Task MillisBehind_NoReadForAWhile_CountsThatTime()
    {
        using var producer = await server.CreateAsync("quiet", 1);
        using var stream = new KinesisStream(AwsServers.ConnectTo(server.Url), "quiet");
        var time = new ManualTime();
        var options = Reading.Options("quiet");
        var intake = new LogIntake(options.Fields, options.Trust, new MalformedLines(), new MediaReader(), time);
        var checkpoint = new ShardCheckpoint((await producer.ShardsAsync())[0].Id, 1, null, null, false);
        var reader = new KinesisShardReader(stream, checkpoint, options, intake, new ShardAlignment(), new BatchGate(), new RecordingEngine(), new FixedAssets(), time);
        Assert.Null(reader.MillisBehind);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(60_000, reader.MillisBehind);
        await reader.ReadAsync(CancellationToken.None, CancellationToken.None);
        Assert.Equal(0, reader.MillisBehind);
        // Between two polls there may be a pause.
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, reader.MillisBehind);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(10_000, reader.MillisBehind);
    }
}
