using System.Diagnostics;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Cli.Replay;

/// <summary>Sends recorded lines through the same intake and engine as live ones, on the lines' own time.</summary>
/// <remarks>
/// In rounds of a chunk for each worker: all chunks are parsed at the same time, then all workers observe the chunks in order, each its part
/// of the sessions. How the work was shared changes decisions only as far as what is learned of titles differs: which of two chunks teaches it first.
/// </remarks>
internal sealed class LogReplay
{
    /// <summary>Event time between two looks at quiet sessions, in milliseconds.</summary>
    private const long SettleEvery = 10_000;

    private const long DropIdleEvery = 60_000;
    private const int RoundsInOrder = 4;

    private readonly MalformedLines _malformed = new();
    private readonly ReplayDecisions _decisions;
    private readonly SessionShards _engine;
    private readonly LogIntake[] _intakes;
    private readonly List<SessionReport>[] _risen;
    private readonly MediaReader _media;
    private readonly ReplayFolder? _folder;
    private readonly TimeSpan _storeEvery;
    private readonly long _started = Stopwatch.GetTimestamp();
    private ReplayProgress _earlier = new();
    private long _settledAt, _droppedAt, _storedAt;
    private int _rounds;

    /// <param name="options">What it judges by.</param>
    /// <param name="output">Where decisions go.</param>
    /// <param name="folder">Where its progress is stored, and goes on from where it was; null stores nothing.</param>
    public LogReplay(ReplayOptions options, DecisionLines output, ReplayFolder? folder = null)
    {
        _folder = folder;
        _storeEvery = options.StoreEvery;
        _media = folder?.LoadMedia() ?? new MediaReader();
        _decisions = new ReplayDecisions(output);
        _engine = new SessionShards(_decisions, () => AssetCatalogue.Empty, options.Policy, TimeProvider.System, options.AllowedViewers);
        _intakes = [.. Enumerable.Range(0, options.Workers).Select(_ => new LogIntake(options.Fields, LogDataTrust.WhenPresent, _malformed, _media, TimeProvider.System))];
        _risen = [.. _intakes.Select(_ => new List<SessionReport>())];
        Resume();
    }

    /// <summary>How many lines were observed before the replay was interrupted; 0 when it is new.</summary>
    public long EarlierLines => _earlier.Lines;

    /// <summary>Replays files one after the other; <c>-</c> is standard input.</summary>
    public Task<ReplaySummary> RunAsync(IEnumerable<string> files, CancellationToken cancellation) =>
        RunAsync(files.Skip(_earlier.Sources).Select((file, number) => new LineChunks(file, number == 0 ? _earlier.Offset : 0)), cancellation);

    /// <summary>Replays sources one after the other; of a replay that is resumed those that are left.</summary>
    public async Task<ReplaySummary> RunAsync(IEnumerable<ILineSource> sources, CancellationToken cancellation)
    {
        var progress = _earlier;
        foreach (var source in sources)
        {
            await using var chunks = source;
            var next = ReadAsync(chunks, cancellation);
            while (await next is { Count: > 0 } round)
            {
                next = ReadAsync(chunks, cancellation);
                await ObserveAsync(round, cancellation);
                var read = round.Sum(chunk => (long)chunk.Length);
                round.ForEach(chunks.Return);
                progress = Store(progress with { Offset = progress.Offset + read, Bytes = progress.Bytes + read }, isOver: false);
            }
            progress = progress with { Sources = progress.Sources + 1, Offset = 0 };
        }
        await SettleAsync(NewestTime + SessionsAreOver, cancellation);
        await _decisions.FlushAsync(cancellation);
        var done = Current(Store(progress, isOver: true));
        return new ReplaySummary(done.Bytes, done.Lines, done.Accepted, done.Refused, done.Malformed, _decisions.Flagged, _decisions.Revoked, done.Took);
    }

    private void Resume()
    {
        _storedAt = _started;
        if (_folder?.LoadProgress() is not { } earlier)
            return;
        _earlier = earlier;
        (_settledAt, _droppedAt, _rounds) = (earlier.SettledAt, earlier.DroppedAt, earlier.Rounds);
        _folder.Restore(_engine);
        _decisions.Repeat(_folder.LoadDecisions(earlier));
        foreach (var intake in _intakes)
            intake.UseFields(earlier.Fields is { } fields ? LogFieldList.Parse(fields) : intake.Fields);
    }

    /// <summary>Stores how far the replay is, between two rounds, when it is time or all is over.</summary>
    private ReplayProgress Store(ReplayProgress progress, bool isOver)
    {
        if (_folder is null || (!isOver && Stopwatch.GetElapsedTime(_storedAt) < _storeEvery))
            return progress;
        progress = _folder.Save(_engine, _media, Current(progress), _decisions.All);
        _storedAt = Stopwatch.GetTimestamp();
        return progress;
    }

    /// <summary>The progress with everything that is counted elsewhere: before the interruption, and since.</summary>
    private ReplayProgress Current(ReplayProgress progress) => progress with
    {
        Lines = _earlier.Lines + _intakes.Sum(intake => intake.Lines),
        Accepted = _earlier.Accepted + _intakes.Sum(intake => intake.Accepted),
        Refused = _earlier.Refused + _intakes.Sum(intake => intake.Refused),
        Malformed = _earlier.Malformed + _malformed.Count,
        NewestTime = NewestTime,
        SettledAt = _settledAt,
        DroppedAt = _droppedAt,
        Rounds = _rounds,
        Fields = _intakes[0].Fields.Text,
        Took = _earlier.Took + Stopwatch.GetElapsedTime(_started),
    };

    /// <summary>After the last line the log is over, and no line can come in between any more.</summary>
    private const long SessionsAreOver = 180_000;

    private long NewestTime => Math.Max(_earlier.NewestTime, _intakes.Max(intake => intake.NewestTime));

    private Task<List<LineChunk>> ReadAsync(ILineSource chunks, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            var round = new List<LineChunk>(_intakes.Length);
            while (round.Count < _intakes.Length && await chunks.ReadAsync(cancellation) is { } chunk)
                round.Add(chunk);
            return round;
        },
        cancellation);

    private async Task ObserveAsync(List<LineChunk> round, CancellationToken cancellation)
    {
        // A list of fields holds for the lines behind it, whichever chunk they are in. And what is learned of titles is learned best in order.
        if (_rounds++ < RoundsInOrder || round.Any(chunk => chunk.HasDirectives))
        {
            foreach (var chunk in round)
            {
                Parse(chunk, _intakes[0]);
                await ObserveAsync(1, cancellation);
            }
            foreach (var intake in _intakes)
                intake.UseFields(_intakes[0].Fields);
            return;
        }
        Parallel.For(0, round.Count, new ParallelOptions { MaxDegreeOfParallelism = _intakes.Length, CancellationToken = cancellation }, i => Parse(round[i], _intakes[i]));
        await ObserveAsync(round.Count, cancellation);
    }

    private async Task ObserveAsync(int batches, CancellationToken cancellation)
    {
        Parallel.For(0, _intakes.Length, new ParallelOptions { MaxDegreeOfParallelism = _intakes.Length, CancellationToken = cancellation }, part =>
        {
            for (var i = 0; i < batches; i++)
                _engine.Observe(_intakes[i].Batch, part, _intakes.Length, _risen[part]);
        });
        await _engine.DeliverAsync([.. _risen.SelectMany(reports => reports).OrderBy(report => report.Verdict.DecidedAt).ThenBy(report => report.Sid, StringComparer.Ordinal)], cancellation);
        foreach (var part in _risen)
            part.Clear();
        foreach (var intake in _intakes)
            intake.Clear();
        await SettleAsync(NewestTime, cancellation);
    }

    private async ValueTask SettleAsync(long now, CancellationToken cancellation)
    {
        if (now < _settledAt + SettleEvery)
            return;
        _settledAt = now;
        await _engine.SettleAsync(now, cancellation);
        if (now < _droppedAt + DropIdleEvery)
            return;
        _droppedAt = now;
        _engine.DropIdle(now);
    }

    private static void Parse(LineChunk chunk, LogIntake intake)
    {
        var rest = chunk.Lines.Span;
        while (!rest.IsEmpty)
        {
            var feed = rest.IndexOf((byte)'\n');
            intake.Take(feed < 0 ? rest : rest[..feed], AssetCatalogue.Empty);
            rest = feed < 0 ? default : rest[(feed + 1)..];
        }
    }
}
