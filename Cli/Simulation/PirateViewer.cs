namespace Portcullis.Cli.Simulation;

/// <summary>One of the viewers who share a token.</summary>
internal sealed class PirateViewer(int index, SimulationClock clock, TimeSpan start) : IDisposable
{
    private readonly Player _player = new(clock, ViewerIdentity.Number(index), index);

    /// <summary>Counted from 1.</summary>
    public int Number => index + 1;

    public Player Player => _player;

    /// <summary>How the playback ended; null while it runs.</summary>
    public PlaybackEnd? End { get; private set; }

    public TimeSpan? BlockedAt => End is { Outcome: PlaybackOutcome.Blocked } end ? end.At : null;

    /// <summary>Waits for its turn and plays.</summary>
    public async Task PlayAsync(Uri playbackUrl, Action<PirateViewer> ended, CancellationToken cancellationToken)
    {
        await Task.Delay(start, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End = await _player.PlayAsync(playbackUrl, cancellationToken);
        ended(this);
    }

    public override string ToString()
    {
        var identity = _player.Identity;
        return $"viewer {Number} ({identity.Address}, {identity.Country}, AS{identity.Asn})";
    }

    public void Dispose() => _player.Dispose();
}
