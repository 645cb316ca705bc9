using Portcullis.Cli.Simulation.Hls;

namespace Portcullis.Cli.Simulation;

/// <summary>
/// Follows one media playlist as a player does. Live: from the last three segments of the window, then every new segment, with
/// reloads at the pace of RFC 8216, 6.3.4. VOD: from the start, about ten seconds ahead of the playhead, at 1x.
/// </summary>
internal sealed class Track(ViewerConnection connection, SimulationClock clock, Uri playlist, Action<TrackFetch> fetched)
{
    private const int SegmentsBehindLive = 3;
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    private readonly HashSet<MediaResource> _loaded = [];
    private MediaPlaylist? _current;
    private MediaResource? _newest;
    private long? _next;
    private TimeSpan? _playedFrom;
    private TimeSpan _buffered;
    private bool _live;

    /// <summary>Continues at the same position in another rendition.</summary>
    public void SwitchTo(Uri rendition)
    {
        playlist = rendition;
        _current = _current is { Ended: true } ? null : _current;
    }

    /// <summary>Fetches the newest segment again, as after a hand-over between networks.</summary>
    public async Task RefetchAsync(CancellationToken cancellationToken)
    {
        if (_newest is { } segment)
        {
            await connection.DrainAsync(segment, cancellationToken);
        }
    }

    /// <summary>Fetches what is due. Returns the pause until something else is, or null at the end of the asset.</summary>
    public async Task<TimeSpan?> AdvanceAsync(CancellationToken cancellationToken)
    {
        var began = clock.Elapsed;
        if (_current is not { Ended: true })
        {
            _current = await connection.LoadAsync(playlist, MediaPlaylist.Parse, cancellationToken);
            _live |= !_current.Ended;
        }

        var window = _current.Segments;
        var start = window.Count == 0 ? 0 : window[_live ? Math.Max(0, window.Count - SegmentsBehindLive) : 0].Sequence;
        if (_next is not { } next || (window.Count > 0 && (next < window[0].Sequence || next > window[^1].Sequence + 1)))
        {
            _next = window.Count == 0 ? _next : start;
        }

        var due = window.Where(segment => segment.Sequence >= _next).ToList();
        foreach (var segment in due)
        {
            if (!_live && Lead >= Ahead)
            {
                return Lead - Ahead;
            }

            await FetchAsync(segment, cancellationToken);
        }

        if (_current.Ended)
        {
            return Lead > TimeSpan.Zero && !_live ? Lead : null;
        }

        var pace = due.Count > 0 ? _current.TargetDuration : _current.TargetDuration / 2;
        var rest = pace - (clock.Elapsed - began);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private TimeSpan Lead => _playedFrom is { } from ? _buffered - (clock.Elapsed - from) : TimeSpan.Zero;

    private async Task FetchAsync(Segment segment, CancellationToken cancellationToken)
    {
        foreach (var needed in segment.Prerequisites.Where(needed => !_loaded.Contains(needed)))
        {
            if (await connection.DrainAsync(needed, cancellationToken) is not null)
            {
                _loaded.Add(needed);
            }
        }

        var got = await connection.DrainAsync(segment.Media, cancellationToken);
        _next = segment.Sequence + 1;
        _buffered += segment.Duration;
        if (got is { } media)
        {
            _newest = segment.Media;
            _playedFrom ??= clock.Elapsed;
            fetched(new TrackFetch(media.Bytes, media.Took));
        }
    }
}
