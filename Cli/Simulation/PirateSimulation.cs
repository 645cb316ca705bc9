using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Simulation;

/// <summary>A token shared by several viewers, each a real playback, until the edge blocks them all.</summary>
internal sealed class PirateSimulation(ServiceClient service, Terminal terminal, PirateOptions options)
{
    private readonly SimulationClock _clock = new();
    private readonly SimulationTranscript _transcript = new(terminal);
    private readonly TaskCompletionSource _shared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _playing;

    /// <summary>Runs it and reports. Returns 0 when every viewer got 403 in time, else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var asset = await SimulatedToken.FindAssetAsync(service, options.Asset, cancellationToken);
        var grant = await SimulatedToken.MintAsync(service, options.Asset, ViewerIdentity.Number(0), cancellationToken);
        _transcript.Add(_clock.Elapsed, SimulatedToken.Announce(grant, options.Asset));
        if (asset is { InShadow: true })
        {
            _transcript.Add(_clock.Elapsed, $"{options.Asset} is in shadow mode: verdicts are shown, nobody is blocked");
        }

        var watch = new SessionWatch(service, _clock, grant.Sid);
        var viewers = Enumerable.Range(0, options.Viewers).Select(i => new PirateViewer(i, _clock, options.Stagger * i)).ToList();
        try
        {
            await PlayAsync(grant, viewers, watch, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await FinalAnswerAsync(watch, cancellationToken);
            var report = PirateReport.Of(options, grant.Sid, asset, _clock, viewers, watch);
            terminal.Result(report);
            terminal.Lines(report.Summary());
            return report.Blocked ? ExitCode.Ok : ExitCode.Refused;
        }
        finally
        {
            viewers.ForEach(static viewer => viewer.Dispose());
        }
    }

    private async Task PlayAsync(TokenGrant grant, List<PirateViewer> viewers, SessionWatch watch, CancellationToken cancellationToken)
    {
        using var playing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var remaining = options.Timeout - _clock.Elapsed;
        playing.CancelAfter(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
        foreach (var viewer in viewers)
        {
            viewer.Player.FirstSegment += at => Started(viewer, at);
        }

        var watching = WatchAsync(watch, playing.Token);
        await Task.WhenAll(viewers.Select(viewer => viewer.PlayAsync(grant.PlaybackUrl, Ended, playing.Token)));
        await playing.CancelAsync();
        await watching;
    }

    private void Started(PirateViewer viewer, TimeSpan at)
    {
        _transcript.Add(at, $"{viewer}: first segment");
        if (Interlocked.Increment(ref _playing) == 2)
        {
            _shared.TrySetResult();
        }
    }

    private void Ended(PirateViewer viewer)
    {
        var end = viewer.End!;
        var reason = end.Detail is null ? "" : $" ({end.Detail})";
        _transcript.Add(end.At, end.Outcome switch
        {
            PlaybackOutcome.Blocked => $"viewer {viewer.Number}: 403{reason}",
            PlaybackOutcome.Unauthorized => $"viewer {viewer.Number}: 401{reason}: the token is not valid",
            PlaybackOutcome.Finished => $"viewer {viewer.Number}: the asset is over",
            PlaybackOutcome.Failed => $"viewer {viewer.Number}: cannot play{reason}",
            _ => $"viewer {viewer.Number}: stopped after {viewer.Player.Segments} segments, not blocked{reason}",
        });
    }

    private async Task WatchAsync(SessionWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            await _shared.Task.WaitAsync(cancellationToken);
            await watch.UntilRevokedAsync(cancellationToken);
            Detected(watch);
        }
        catch (OperationCanceledException)
        {
            // All viewers are done: FinalAnswerAsync asks once more.
        }
    }

    private async Task FinalAnswerAsync(SessionWatch watch, CancellationToken cancellationToken)
    {
        if (watch.RevokedAt is null)
        {
            await watch.AskAsync(cancellationToken);
            if (watch.RevokedAt is not null)
            {
                Detected(watch);
            }
        }
    }

    private void Detected(SessionWatch watch)
    {
        _transcript.Add(watch.RevokedAt!.Value, $"detected and revoked, score {watch.Session!.Score:0}");
        terminal.Lines(EvidenceText.Lines(watch.Session.AllEvidence).Select(static line => "             " + line));
    }
}
