using System.Collections.Concurrent;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;

namespace Portcullis.Cli.Simulation;

/// <summary>An honest viewer, who may change network while watching and must never be blocked.</summary>
internal sealed class ViewerSimulation(ServiceClient service, Terminal terminal, ViewerOptions options)
{
    private static readonly TimeSpan ProgressPace = TimeSpan.FromSeconds(15);

    private readonly SimulationClock _clock = new();
    private readonly SimulationTranscript _transcript = new(terminal);
    private readonly ConcurrentQueue<NetworkChange> _changes = new();

    /// <summary>Runs it and reports. Returns 0 when the viewer played and was not blocked, else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var identity = ViewerIdentity.Number(0);
        var grant = await SimulatedToken.MintAsync(service, options.Asset, identity, cancellationToken);
        _transcript.Add(_clock.Elapsed, SimulatedToken.Announce(grant, options.Asset));
        using var player = new Player(_clock, identity, 0);
        player.FirstSegment += at => _transcript.Add(at, $"first segment from {Network(identity)}");
        player.NetworkChanged += Changed;

        var watch = new SessionWatch(service, _clock, grant.Sid);
        var end = await PlayAsync(player, grant.PlaybackUrl, watch, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await watch.AskAsync(cancellationToken);
        return Report(grant.Sid, player, end, watch);
    }

    private async Task<PlaybackEnd> PlayAsync(Player player, Uri playbackUrl, SessionWatch watch, CancellationToken cancellationToken)
    {
        using var playing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        playing.CancelAfter(options.Duration);
        var beside = Task.WhenAll(ChangeNetworksAsync(player, playing.Token), ShowProgressAsync(player, watch, playing.Token));
        var end = await player.PlayAsync(playbackUrl, playing.Token);
        await playing.CancelAsync();
        await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return end;
    }

    private async Task ChangeNetworksAsync(Player player, CancellationToken cancellationToken)
    {
        var home = player.Identity;
        var number = 0;
        foreach (var at in options.ChangeTimes())
        {
            var wait = at - _clock.Elapsed;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellationToken);
            player.MoveTo(home.OnNetworkOf(ViewerIdentity.Number(++number)));
        }
    }

    private void Changed(ViewerIdentity network)
    {
        var at = _clock.Elapsed;
        _changes.Enqueue(new NetworkChange(SimulationTranscript.Rounded(at)!.Value, network.Address, network.Asn));
        _transcript.Add(at, $"changed network to {Network(network)}");
    }

    private async Task ShowProgressAsync(Player player, SessionWatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(ProgressPace, cancellationToken);
            await watch.AskAsync(cancellationToken);
            var trouble = player.Trouble ?? watch.Trouble;
            _transcript.Add(_clock.Elapsed, $"{player.Segments} segments, {Score(watch)}{(trouble is null ? "" : $"; {trouble}")}");
        }
    }

    private int Report(string sid, Player player, PlaybackEnd end, SessionWatch watch)
    {
        var blocked = end.Outcome == PlaybackOutcome.Blocked;
        var played = player.Segments > 0 && end.Outcome is (PlaybackOutcome.Stopped or PlaybackOutcome.Finished);
        terminal.Result(new ViewerReport(
            options.Asset,
            sid,
            _clock.StartedAt,
            blocked,
            end.Outcome.ToString().ToLowerInvariant(),
            end.Detail,
            SimulationTranscript.Rounded(end.At)!.Value,
            player.Segments,
            SimulationTranscript.Rounded(player.FirstSegmentAt),
            blocked ? SimulationTranscript.Rounded(end.At) : null,
            [.. _changes],
            watch.Session?.Score,
            watch.Session?.Action,
            watch.Evidence));
        _transcript.Add(end.At, $"{Ending(end, player.Segments)}; {player.Segments} segments, {Score(watch)}");
        if (blocked || watch.FlaggedAt is not null)
        {
            terminal.Lines(EvidenceText.Lines(watch.Session?.AllEvidence ?? []));
        }

        return played ? ExitCode.Ok : ExitCode.Refused;
    }

    private static string Ending(PlaybackEnd end, int segments) => end.Outcome switch
    {
        PlaybackOutcome.Blocked => $"blocked with 403{(end.Detail is null ? "" : $" ({end.Detail})")}",
        PlaybackOutcome.Unauthorized => $"refused with 401{(end.Detail is null ? "" : $" ({end.Detail})")}: the token is not valid",
        PlaybackOutcome.Failed => $"cannot play: {end.Detail}",
        _ when segments == 0 => $"never received a segment{(end.Detail is null ? "" : $": {end.Detail}")}",
        PlaybackOutcome.Finished => "the asset is over, not blocked",
        _ => "not blocked",
    };

    private static string Score(SessionWatch watch) =>
        watch.Session is { } session ? $"score {session.Score:0} ({(session.Revoked ? "revoked" : session.Action)})" : "not scored yet";

    private static string Network(ViewerIdentity identity) => $"{identity.Address}, AS{identity.Asn}";
}
