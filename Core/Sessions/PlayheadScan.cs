using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>One look over a session's fetches: which of them are events, by the minute of their own time.</summary>
/// <remarks>
/// A fetch is <em>doubled</em> when, within <see cref="PlayheadWindow.Span"/> before it, as many other viewers as are allowed fetched the
/// same position and played on: each fetched at least two other positions afterwards, and the later viewer one more after the first of
/// these. So the last fetches of a player that handed over count for nothing. A fetch is <em>crowded</em> when it makes the viewers of
/// its position two more than allowed, whoever plays on.
/// </remarks>
internal sealed class PlayheadScan
{
    private const long Minute = 60_000;

    private readonly Fetch[] _byTime;
    private readonly Dictionary<ulong, List<Fetch>> _byViewer = [];
    private readonly Dictionary<ulong, ulong> _networks;
    private readonly SortedDictionary<long, MinuteEvents> _minutes = [];
    private readonly int _allowed;

    public PlayheadScan(ReadOnlySpan<Fetch> fetches, int allowedViewers, Dictionary<ulong, ulong> networks)
    {
        _allowed = allowedViewers;
        _networks = networks;
        _byTime = fetches.ToArray();
        Array.Sort(_byTime, static (left, right) =>
            left.Time != right.Time ? left.Time.CompareTo(right.Time)
            : left.Position != right.Position ? left.Position.CompareTo(right.Position)
            : left.Viewer.CompareTo(right.Viewer));
        foreach (var fetch in _byTime)
            ViewerFetches(fetch.Viewer).Add(fetch);
        if (_byViewer.Count <= allowedViewers)
            return;
        ScanPositions();
        ScanConcurrency();
    }

    /// <summary>The minute that ends at a time, or null when nothing happened in it.</summary>
    public MinuteEvents? MinuteBefore(long end) => _minutes.TryGetValue(end - Minute, out var events) ? events : null;

    /// <summary>The minutes from a time on in which anything happened, in order.</summary>
    public IEnumerable<MinuteEvents> MinutesFrom(long start) => _minutes.Values.Where(minute => minute.Start >= start);

    private List<Fetch> ViewerFetches(ulong viewer)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_byViewer, viewer, out _);
        return list ??= [];
    }

    private void ScanPositions()
    {
        var near = new NearFetches(_networks);
        foreach (var position in _byTime.GroupBy(fetch => (fetch.Title, fetch.Position)))
        {
            near.Clear();
            var (any, doubled, crowded) = (-1L, -1L, -1L);
            foreach (var fetch in position)
            {
                near.Add(fetch);
                var minute = fetch.Time / Minute * Minute;
                var found = Judge(fetch, near);
                if (found >= Event.Household && any != minute)
                    Count(fetch, static (ref MinuteEvents events, long at) => (events.Anywhere, events.AnywhereAt) = (events.Anywhere + 1, Math.Max(events.AnywhereAt, at)));
                if (found >= Event.Doubled && doubled != minute)
                    Count(fetch, static (ref MinuteEvents events, long at) => (events.Doubled, events.DoubledAt) = (events.Doubled + 1, Math.Max(events.DoubledAt, at)));
                if (found >= Event.Crowded && crowded != minute)
                    Count(fetch, static (ref MinuteEvents events, long at) => (events.Crowded, events.DoubledAt) = (events.Crowded + 1, Math.Max(events.DoubledAt, at)));
                any = found >= Event.Household ? minute : any;
                doubled = found >= Event.Doubled ? minute : doubled;
                crowded = found >= Event.Crowded ? minute : crowded;
            }
        }
    }

    private Event Judge(in Fetch fetch, NearFetches near)
    {
        var others = near.Viewers.Count - 1;
        if (others < _allowed)
            return Event.None;
        var elsewhere = near.Networks > 1;
        if (others > _allowed)
            return elsewhere ? Event.Crowded : Event.Household;
        foreach (var viewer in near.Viewers)
        {
            if (viewer != fetch.Viewer && !PlayedOn(viewer, fetch))
                return Event.None;
        }
        return elsewhere ? Event.Doubled : Event.Household;
    }

    private bool PlayedOn(ulong earlierViewer, in Fetch later)
    {
        var first = long.MaxValue;
        var count = 0;
        foreach (var fetch in CollectionsMarshal.AsSpan(_byViewer[earlierViewer]))
        {
            if (fetch.Time <= later.Time || fetch.Position == later.Position)
                continue;
            if (fetch.Time > later.Time + PlayheadWindow.Activity)
                break;
            first = Math.Min(first, fetch.Time);
            count++;
        }
        if (count < 2)
            return false;
        foreach (var fetch in CollectionsMarshal.AsSpan(_byViewer[later.Viewer]))
        {
            if (fetch.Time > first && fetch.Position != later.Position)
                return fetch.Time <= later.Time + PlayheadWindow.Activity;
        }
        return false;
    }

    private void ScanConcurrency()
    {
        var presence = new PresenceSweep(_byViewer, _networks);
        foreach (var moment in _byTime)
        {
            var (viewers, networks) = presence.At(moment.Time);
            if (viewers <= _allowed)
                continue;
            var start = moment.Time / Minute * Minute;
            var events = _minutes.GetValueOrDefault(start);
            // The last of the most telling moments: more lines can only make it later or more telling.
            if ((networks > 1, viewers, networks).CompareTo((events.ConcurrentNetworks > 1, events.Concurrent, events.ConcurrentNetworks)) >= 0)
                _minutes[start] = events with { Start = start, Concurrent = viewers, ConcurrentNetworks = networks, ConcurrentAt = moment.Time };
        }
    }

    private delegate void Change(ref MinuteEvents events, long at);

    private void Count(in Fetch fetch, Change change)
    {
        var start = fetch.Time / Minute * Minute;
        var events = _minutes.GetValueOrDefault(start);
        events.Start = start;
        change(ref events, fetch.Time);
        _minutes[start] = events;
    }

    /// <summary>What a fetch amounts to; each includes the ones before it.</summary>
    private enum Event
    {
        None,

        /// <summary>Doubled or crowded by viewers on one network.</summary>
        Household,
        Doubled,
        Crowded,
    }
}
