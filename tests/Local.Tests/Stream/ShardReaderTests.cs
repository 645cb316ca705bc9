using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Stream;
using Portcullis.Logs;

namespace Portcullis.Local.Tests.Stream;

public sealed class ShardReaderTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly RecordingEngine _engine = new();
    private readonly MalformedLines _malformed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly FileLogShard _shard;
    private Task _reading = Task.CompletedTask;

    public ShardReaderTests() => _shard = new FileLogShard(_folder.PathOf("shard-000"), new LogStreamOptions { MaxPending = 64 << 20 }, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shard.DisposeAsync();
        _stopping.Dispose();
        _folder.Dispose();
    }

    private ShardReader Reader(long position = 0) => Reader(_shard, position, Aligned(_shard));

    private static ShardAlignment Aligned(params FileLogShard[] shards)
    {
        var alignment = new ShardAlignment();
        foreach (var shard in shards)
            alignment.Join(shard.Id);
        return alignment;
    }

    private ShardReader Reader(FileLogShard shard, long position, ShardAlignment alignment) => new(
        shard, position, new LogIntake(LogFieldList.Default, LogDataTrust.Required, _malformed, new Portcullis.Media.MediaReader(), TimeProvider.System),
        alignment, _engine, new FixedAssets(), new SemaphoreSlim(1, 1));

    private ShardReader Start(long position = 0)
    {
        var reader = Reader(position);
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));
        return reader;
    }

    private static string[] Lines(int from, int count, int milliseconds = 10) =>
        [.. Enumerable.Range(from, count).Select(number => LogText.Segment(number, LogText.Start + ((long)number * milliseconds)))];

    private static Task CaughtUpAsync(ShardReader reader) => Poll.UntilAsync(() => reader.Position == reader.Shard.End, "the end of the shard");

    [Fact]
    public async Task Run_LinesBeforeAndAfterItsStart_AreObservedInOrder()
    {
        await _shard.WriteAsync(Lines(1, 200));
        var reader = Start();
        await CaughtUpAsync(reader);
        await _shard.WriteAsync(Lines(201, 200));
        await CaughtUpAsync(reader);

        Assert.Equal(Enumerable.Range(1, 400), _engine.Observed);
        Assert.Equal((400, 400), (reader.Intake.Lines, reader.Intake.Accepted));
    }

    [Fact]
    public async Task Run_StoppedAtRandomPoints_EveryLineIsObservedOnce()
    {
        const int shards = 2, lines = 3_000;
        var random = new Random(1);
        var files = new List<FileLogShard> { _shard, new(_folder.PathOf("shard-001"), new LogStreamOptions { FileSize = 40_000 }, TimeProvider.System) };
        // Lines 200 ms apart on alternating shards: the readers hold each other back, and make many small batches.
        foreach (var (shard, number) in files.Select((shard, number) => (shard, number)))
            await shard.WriteAsync([.. Lines(1, lines, 200).Where((_, line) => line % shards == number)]);
        var positions = new long[shards];
        var stops = 0;
        while (files.Zip(positions).Any(shard => shard.First.End != shard.Second))
        {
            using var stop = new CancellationTokenSource();
            var alignment = Aligned([.. files]);
            var readers = files.Select((shard, number) => Reader(shard, positions[number], alignment)).ToList();
            var last = _engine.Batches + random.Next(1, 6);
            var completes = random.Next(2) == 0;
            _engine.Before = async (batch, cancellation) =>
            {
                if (batch < last)
                    return;
                await stop.CancelAsync();
                if (!completes)
                    cancellation.ThrowIfCancellationRequested();
            };
            var running = Task.WhenAll(readers.Select(reader => Task.Run(() => reader.RunAsync(stop.Token))));
            await Poll.UntilAsync(() => stop.IsCancellationRequested || readers.TrueForAll(reader => reader.Position == reader.Shard.End), "a stop, or the end");
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            positions = [.. readers.Select(reader => reader.Position)];
            stops++;
        }
        await files[1].DisposeAsync();

        Assert.Equal(Enumerable.Range(1, lines), _engine.Observed.Order());
        Assert.InRange(stops, 5, lines);
    }

    [Fact]
    public async Task Run_EngineBlocks_PositionDoesNotAdvance()
    {
        var gate = new TaskCompletionSource();
        _engine.Before = (_, _) => gate.Task;
        await _shard.WriteAsync(Lines(1, 10));
        var reader = Start();
        await Poll.UntilAsync(() => _engine.Batches == 1, "a batch");
        await _shard.WriteAsync(Lines(11, 10));

        Assert.Equal((0, true), (reader.Position, reader.IsUnsettled));
        gate.SetResult();
        await CaughtUpAsync(reader);
        Assert.Equal(Enumerable.Range(1, 20), _engine.Observed);
        Assert.False(reader.IsUnsettled);
    }

    [Fact]
    public async Task Run_EngineFails_PositionStaysAndTheBatchComesAgain()
    {
        _engine.Before = (batch, _) => batch == 1 ? throw new InvalidOperationException("engine") : Task.CompletedTask;
        await _shard.WriteAsync(Lines(1, 10));
        var reader = Reader();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => reader.RunAsync(_stopping.Token));
        var (position, unsettled) = (reader.Position, reader.IsUnsettled);
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));
        await CaughtUpAsync(reader);

        Assert.Equal(("engine", 0, true), (error.Message, position, unsettled));
        Assert.Equal(Enumerable.Range(1, 10), _engine.Observed);
        Assert.False(reader.IsUnsettled);
    }

    [Fact]
    public async Task Run_AnotherReaderFails_IsNotHeldBack()
    {
        await _shard.WriteAsync(Lines(1, 2, 60_000));
        await using var other = new FileLogShard(_folder.PathOf("shard-001"), new LogStreamOptions(), TimeProvider.System);
        var alignment = Aligned(_shard, other);
        await other.WriteAsync(Lines(3, 1, 0));
        Directory.Delete(_folder.PathOf("shard-001"), recursive: true);
        await Assert.ThrowsAnyAsync<IOException>(() => Reader(other, 0, alignment).RunAsync(_stopping.Token));
        var reader = Reader(_shard, 0, alignment);
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));

        await CaughtUpAsync(reader);
    }

    [Fact]
    public async Task Run_MalformedLinesAndDirectives_AreCountedAndPassedOver()
    {
        await _shard.WriteAsync(["#Version: 1.0", "#Fields: no list", "nonsense", "", .. Lines(1, 1), "\u0001\t\t", .. Lines(2, 1)]);
        var reader = Start();
        await CaughtUpAsync(reader);

        Assert.Equal([1, 2], _engine.Observed);
        Assert.Equal(3, _malformed.Count);
        Assert.Equal(4, reader.Intake.Lines);
    }

    [Fact]
    public async Task Run_FieldsDirective_ChangesTheListFromThere()
    {
        await _shard.WriteAsync(
            "#Fields: " + LogFieldList.DefaultText + " x-extra",
            LogText.Segment(1, LogText.Start) + "\textra",
            LogText.Segment(2, LogText.Start));
        await CaughtUpAsync(Start());

        Assert.Equal([1], _engine.Observed);
        Assert.Equal(1, _malformed.Count);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData(5 << 20)]
    public async Task Run_VeryLongLine_IsOneMalformedLine(int length)
    {
        await _shard.WriteAsync([.. Lines(1, 1), new string('x', length), .. Lines(2, 1)]);
        var reader = Start();
        await CaughtUpAsync(reader);

        Assert.Equal([1, 2], _engine.Observed);
        Assert.Equal((1, 3), (_malformed.Count, reader.Intake.Lines));
    }

    [Fact]
    public async Task Run_FilesGone_SkipsAndCountsThem()
    {
        await using var shard = new FileLogShard(_folder.PathOf("shard-001"), new LogStreamOptions { FileSize = 1 }, TimeProvider.System);
        foreach (var line in Lines(1, 3))
            await shard.WriteAsync(line);
        var files = Directory.GetFiles(_folder.PathOf("shard-001")).Order(StringComparer.Ordinal).ToArray();
        var gone = new FileInfo(files[0]).Length + new FileInfo(files[1]).Length;
        File.Delete(files[0]);
        File.Delete(files[1]);
        var reader = Reader(shard, 0, Aligned(shard));
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));
        await CaughtUpAsync(reader);

        Assert.Equal([3], _engine.Observed);
        Assert.Equal(gone, reader.Skipped);
    }

    [Fact]
    public async Task Run_AllFilesGoneWhileRunning_GoesOnWithWhatIsWrittenNext()
    {
        await _shard.WriteAsync(Lines(1, 3));
        Directory.GetFiles(_folder.PathOf("shard-000")).ToList().ForEach(File.Delete);
        var reader = Start();
        await CaughtUpAsync(reader);
        var skipped = reader.Skipped;
        await _shard.WriteAsync(Lines(4, 3));
        await CaughtUpAsync(reader);

        Assert.Equal([4, 5, 6], _engine.Observed);
        Assert.Equal((skipped, true), (reader.Skipped, skipped > 0));
    }

    [Fact]
    public async Task Run_PositionBehindTheEnd_GoesOnAtTheEnd()
    {
        await _shard.WriteAsync(Lines(1, 3));
        var reader = Start(1_000_000);
        Assert.Equal(_shard.End, reader.Position);
        await _shard.WriteAsync(Lines(4, 3));
        await CaughtUpAsync(reader);

        Assert.Equal([4, 5, 6], _engine.Observed);
    }
}
