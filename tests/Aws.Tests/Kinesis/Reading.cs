using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Local.Tests;
using Portcullis.Local.Tests.Stream;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>A process that reads a stream, as far as these tests need one.</summary>
internal sealed class Reading : IAsyncDisposable
{
    private bool _isStopped;

    public Reading(Uri server, KinesisStreamOptions options, MemoryCheckpoints checkpoints, RecordingEngine engine)
    {
        (Engine, Checkpoints) = (engine, checkpoints);
        Stream = new KinesisLogStream(
            AwsServers.ConnectTo(server) with { Retries = 1 }, options, checkpoints, engine, new FixedAssets(), new MediaReader(), new MalformedLines(), TimeProvider.System, NullLoggerFactory.Instance);
        Stream.Start();
    }

    public KinesisLogStream Stream { get; }

    public RecordingEngine Engine { get; }

    public MemoryCheckpoints Checkpoints { get; }

    public static KinesisStreamOptions Options(string stream) => new() { Stream = stream, Start = KinesisStart.TrimHorizon, ListEvery = TimeSpan.FromSeconds(1), PollEvery = TimeSpan.FromMilliseconds(200) };

    public Task UntilAsync(int lines) => Poll.UntilAsync(() => Engine.Observed.Count >= lines, $"{lines} lines observed");

    /// <summary>Positions that belong to what was observed.</summary>
    public async Task SaveAsync()
    {
        IReadOnlyList<Portcullis.Engine.ShardCheckpoint> positions;
        using (await Stream.Gate.CloseAsync(CancellationToken.None))
        {
            Assert.False(Stream.IsUnsettled);
            positions = Stream.Positions;
        }
        await Stream.SaveAsync(positions, CancellationToken.None);
    }

    /// <summary>Stops in good order.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await Stream.StopAsync(TimeSpan.FromSeconds(10));
        await SaveAsync();
        await Stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
            await Stream.DisposeAsync();
    }
}
