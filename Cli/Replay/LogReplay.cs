using System.Diagnostics;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Logs;

namespace Portcullis.Cli.Replay;

/// <summary>Sends recorded lines through the same intake and engine as live ones, on the lines' own time.</summary>
internal sealed class LogReplay(ReplayOptions options, DecisionLines output)
{
    private const int ChunkSize = 4 << 20;

    /// <summary>Event time in one batch, in milliseconds: a live reader polls four times a second.</summary>
    private const long BatchSpan = 250;

    private const long DropIdleEvery = 60_000;

    private readonly MalformedLines _malformed = new();
    private readonly ReplayDecisions _decisions = new(output);
    private long _batchStart, _droppedAt;

    /// <summary>Replays files one after the other; <c>-</c> is standard input.</summary>
    public async Task<ReplaySummary> RunAsync(IEnumerable<string> files, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var engine = new SessionShards(_decisions, () => AssetCatalogue.Empty, options.Policy, TimeProvider.System, options.AllowedViewers);
        var intake = new LogIntake(options.Fields, LogDataTrust.WhenPresent, _malformed, TimeProvider.System);
        var chunk = new byte[ChunkSize];
        long bytes = 0;
        foreach (var file in files)
        {
            await using var source = RecordedLines.Open(file);
            var kept = 0;
            while (true)
            {
                var read = await source.ReadAtLeastAsync(chunk.AsMemory(kept), chunk.Length - kept, throwOnEndOfStream: false, cancellation);
                var ended = read < chunk.Length - kept;
                bytes += read;
                kept = await TakeAsync(chunk.AsMemory(0, kept + read), ended, intake, engine, cancellation);
                if (ended)
                    break;
            }
            await ObserveAsync(intake, engine, cancellation);
        }
        await output.FlushAsync(cancellation);
        return new ReplaySummary(bytes, intake.Lines, intake.Accepted, intake.Refused, _malformed.Count, _decisions.Flagged, _decisions.Revoked, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Takes the whole lines of a chunk and moves what is left of it to its front.</summary>
    private async ValueTask<int> TakeAsync(Memory<byte> chunk, bool ended, LogIntake intake, SessionShards engine, CancellationToken cancellation)
    {
        var start = 0;
        while (start < chunk.Length)
        {
            var feed = chunk.Span[start..].IndexOf((byte)'\n');
            if (feed < 0 && !ended && start > 0)
                break;
            // A line longer than a chunk is cut; its parts are malformed and counted.
            var line = feed < 0 ? chunk[start..] : chunk.Slice(start, feed);
            intake.Take(line.Span, AssetCatalogue.Empty);
            start += line.Length + (feed < 0 ? 0 : 1);
            if (intake.NewestTime >= _batchStart + BatchSpan)
                await ObserveAsync(intake, engine, cancellation);
        }
        chunk[start..].CopyTo(chunk);
        return chunk.Length - start;
    }

    private async ValueTask ObserveAsync(LogIntake intake, SessionShards engine, CancellationToken cancellation)
    {
        _batchStart = intake.NewestTime;
        _decisions.Now = intake.NewestTime;
        if (intake.Slices.Count > 0)
            await engine.ObserveAsync(intake.Slices, cancellation);
        intake.Clear();
        if (intake.NewestTime < _droppedAt + DropIdleEvery)
            return;
        _droppedAt = intake.NewestTime;
        engine.DropIdle(intake.NewestTime);
    }
}
