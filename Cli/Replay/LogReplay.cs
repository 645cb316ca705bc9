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
/// of the sessions. So the decisions do not depend on how the work was shared.
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
    private long _settledAt, _droppedAt;
    private int _rounds;

    public LogReplay(ReplayOptions options, DecisionLines output)
    {
        _decisions = new ReplayDecisions(output);
        _engine = new SessionShards(_decisions, () => AssetCatalogue.Empty, options.Policy, TimeProvider.System, options.AllowedViewers);
        var media = new MediaReader();
        _intakes = [.. Enumerable.Range(0, options.Workers).Select(_ => new LogIntake(options.Fields, LogDataTrust.WhenPresent, _malformed, media, TimeProvider.System))];
        _risen = [.. _intakes.Select(_ => new List<SessionReport>())];
    }

    /// <summary>Replays files one after the other; <c>-</c> is standard input.</summary>
    public Task<ReplaySummary> RunAsync(IEnumerable<string> files, CancellationToken cancellation) => RunAsync(files.Select(file => new LineChunks(file)), cancellation);

    /// <summary>Replays sources one after the other.</summary>
    public async Task<ReplaySummary> RunAsync(IEnumerable<ILineSource> sources, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        long bytes = 0;
        foreach (var source in sources)
        {
            await using var chunks = source;
            var next = ReadAsync(chunks, cancellation);
            while (await next is { Count: > 0 } round)
            {
                bytes += round.Sum(chunk => (long)chunk.Length);
                next = ReadAsync(chunks, cancellation);
                await ObserveAsync(round, cancellation);
                round.ForEach(chunks.Return);
            }
        }
        await SettleAsync(NewestTime + SessionsAreOver, cancellation);
        await _decisions.FlushAsync(cancellation);
        return new ReplaySummary(
            bytes, _intakes.Sum(intake => intake.Lines), _intakes.Sum(intake => intake.Accepted), _intakes.Sum(intake => intake.Refused), _malformed.Count,
            _decisions.Flagged, _decisions.Revoked, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>After the last line the log is over, and no line can come in between any more.</summary>
    private const long SessionsAreOver = 180_000;

    private long NewestTime => _intakes.Max(intake => intake.NewestTime);

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
