using Portcullis.Cli.Simulation.Hls;

namespace Portcullis.Cli.Simulation;

/// <summary>
/// One HLS playback over real HTTP: master playlist, a rendition and its separate audio, segments in real time, and bandwidth
/// adaptation. All fetches are in sequence, so a change of network never leaves two networks interleaved.
/// </summary>
/// <param name="clock">The simulation's clock.</param>
/// <param name="identity">Who plays.</param>
/// <param name="firstRendition">Index of the rendition to begin with, counted from the lowest, modulo their number.</param>
internal sealed class Player(SimulationClock clock, ViewerIdentity identity, int firstRendition) : IDisposable
{
    private const int SegmentsPerAdaptation = 4;

    private readonly ViewerConnection _connection = new(identity);
    private ViewerIdentity? _pendingNetwork;
    private TrackFetch _newest;

    /// <summary>Raised once, with the time of the first whole segment.</summary>
    public event Action<TimeSpan>? FirstSegment;

    /// <summary>Raised when the viewer continues on another network.</summary>
    public event Action<ViewerIdentity>? NetworkChanged;

    public ViewerIdentity Identity => _connection.Identity;

    public TimeSpan? FirstSegmentAt { get; private set; }

    /// <summary>Whole segments of the video rendition so far.</summary>
    public int Segments { get; private set; }

    /// <summary>What the newest fetch failed with, or null.</summary>
    public string? Trouble => _connection.Trouble;

    /// <summary>Moves to another network before the next request.</summary>
    public void MoveTo(ViewerIdentity network) => Volatile.Write(ref _pendingNetwork, network);

    /// <summary>Plays until the edge refuses, the asset ends, it cannot be played, or the token is cancelled.</summary>
    public async Task<PlaybackEnd> PlayAsync(Uri playbackUrl, CancellationToken cancellationToken)
    {
        try
        {
            await FollowAsync(playbackUrl, cancellationToken);
            return new PlaybackEnd(PlaybackOutcome.Finished, clock.Elapsed);
        }
        catch (PlaybackRefused refusal)
        {
            var outcome = refusal.Status == 403 ? PlaybackOutcome.Blocked : PlaybackOutcome.Unauthorized;
            return new PlaybackEnd(outcome, clock.Elapsed, refusal.Reason);
        }
        catch (PlaybackImpossible impossible)
        {
            return new PlaybackEnd(PlaybackOutcome.Failed, clock.Elapsed, impossible.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new PlaybackEnd(PlaybackOutcome.Stopped, clock.Elapsed, Trouble);
        }
    }

    public void Dispose() => _connection.Dispose();

    private async Task FollowAsync(Uri playbackUrl, CancellationToken cancellationToken)
    {
        var renditions = (await _connection.LoadAsync(playbackUrl, MasterPlaylist.Parse, cancellationToken)).Renditions;
        var level = firstRendition % renditions.Count;
        var video = new Track(_connection, clock, renditions[level].Playlist, Received);
        var audio = renditions[level].Audio is { } playlist ? new Track(_connection, clock, playlist, static _ => { }) : null;
        var adaptAt = SegmentsPerAdaptation;
        while (true)
        {
            await ChangeNetworkAsync(video, cancellationToken);
            var pause = await video.AdvanceAsync(cancellationToken);
            var audioPause = audio is null ? null : await audio.AdvanceAsync(cancellationToken);
            if ((pause ?? audioPause) is not { } wait)
            {
                return;
            }

            if (Segments >= adaptAt)
            {
                adaptAt = Segments + SegmentsPerAdaptation;
                level = Adapt(renditions, level, video);
            }

            await Task.Delay(audioPause < wait ? audioPause.Value : wait, cancellationToken);
        }
    }

    private async Task ChangeNetworkAsync(Track video, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _pendingNetwork, null) is { } network)
        {
            _connection.MoveTo(network);
            NetworkChanged?.Invoke(network);
            await video.RefetchAsync(cancellationToken);
        }
    }

    // One step at a time: up with half as much again in reserve, down when the segment came slower than its bandwidth.
    private int Adapt(IReadOnlyList<Rendition> renditions, int level, Track video)
    {
        var throughput = _newest.Bytes * 8 / Math.Max(_newest.Took.TotalSeconds, 0.001);
        var chosen = level + 1 < renditions.Count && throughput > renditions[level + 1].Bandwidth * 1.5 ? level + 1
            : level > 0 && throughput < renditions[level].Bandwidth ? level - 1
            : level;
        if (chosen != level)
        {
            video.SwitchTo(renditions[chosen].Playlist);
        }

        return chosen;
    }

    private void Received(TrackFetch fetch)
    {
        _newest = fetch;
        Segments++;
        if (FirstSegmentAt is null)
        {
            FirstSegmentAt = clock.Elapsed;
            FirstSegment?.Invoke(FirstSegmentAt.Value);
        }
    }
}
