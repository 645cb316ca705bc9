using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>
/// The newest playhead fetches of one session, exactly, and what they amount to minute by minute.
/// </summary>
/// <remarks>
/// Everything here is a function of the set of fetches, never of their order: a fetch is a set member, an event belongs to the minute of
/// its own time, and more fetches can only add events. A minute is closed 120 s after its end: 60 s of lateness, and 60 s because an
/// event rests on fetches up to 30 s before and after it.
/// </remarks>
internal sealed class PlayheadWindow
{
    /// <summary>How close in time two fetches of one position must be to be doubled, in milliseconds.</summary>
    public const long Span = 30_000;

    /// <summary>How soon a viewer must fetch again to be playing on, in milliseconds.</summary>
    public const long Activity = 30_000;

    /// <summary>How near fetches before and after a moment must be for a viewer to be playing at it, in milliseconds.</summary>
    public const long Presence = 15_000;

    /// <summary>Most fetches that are kept; a session with more has been judged long before.</summary>
    public const int MaxFetches = 4_096;

    private const long Minute = 60_000;

    private readonly List<Fetch> _fetches = [];
    private MinuteEvents _lastClosed;
    private long _closedUntil;

    /// <summary>The kept fetches, in the order they came.</summary>
    public ReadOnlySpan<Fetch> Fetches => CollectionsMarshal.AsSpan(_fetches);

    /// <summary>Adds a fetch to the set.</summary>
    public void Add(in Fetch fetch)
    {
        var span = CollectionsMarshal.AsSpan(_fetches);
        for (var i = span.Length - 1; i >= 0; i--)
        {
            if (!span[i].IsSameAs(fetch))
                continue;
            span[i].Time = Math.Min(span[i].Time, fetch.Time);
            return;
        }
        if (span.Length < MaxFetches)
            _fetches.Add(fetch);
    }

    /// <summary>Whether there is a minute that <see cref="Close"/> would close.</summary>
    public bool IsClosable(long newest) => Closable(newest) > _closedUntil;

    /// <summary>Closes the minutes that nothing can be added to any more, and forgets what no open minute needs.</summary>
    /// <param name="newest">Time of the session's newest line, epoch milliseconds.</param>
    /// <param name="allowedViewers">Of the token policy.</param>
    /// <param name="networks">Network of each viewer.</param>
    public void Close(long newest, int allowedViewers, Dictionary<ulong, ulong> networks)
    {
        if (!IsClosable(newest))
            return;
        var closable = Closable(newest);
        if (networks.Count > allowedViewers && _fetches.Count > 0)
        {
            var scan = new PlayheadScan(Fetches, allowedViewers, networks);
            _lastClosed = scan.MinuteBefore(closable) ?? default;
        }
        else
        {
            _lastClosed = default;
        }
        _closedUntil = closable;
        _fetches.RemoveAll(fetch => fetch.Time < closable - Span);
    }

    /// <summary>The features of every pair of neighbouring minutes that is still open.</summary>
    public void Examine(int allowedViewers, Dictionary<ulong, ulong> networks, Action<PlayheadFeatures> examine)
    {
        if (networks.Count <= allowedViewers || _fetches.Count == 0)
            return;
        var scan = new PlayheadScan(Fetches, allowedViewers, networks);
        var before = _lastClosed;
        foreach (var minute in scan.MinutesFrom(_closedUntil))
        {
            examine(minute.With(before.Start == minute.Start - Minute ? before : default));
            before = minute;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _fetches.Clear();
        _lastClosed = default;
    }

    private static long Closable(long newest) => (newest - (2 * Minute)) / Minute * Minute;

    public void Write(BinaryWriter writer)
    {
        writer.Write(_closedUntil);
        _lastClosed.Write(writer);
        writer.Write(_fetches.Count);
        foreach (var fetch in Fetches)
        {
            writer.Write(fetch.Title);
            writer.Write(fetch.Position);
            writer.Write(fetch.Viewer);
            writer.Write(fetch.Time);
        }
    }

    public static PlayheadWindow Read(BinaryReader reader)
    {
        var window = new PlayheadWindow { _closedUntil = reader.ReadInt64(), _lastClosed = MinuteEvents.Read(reader) };
        var count = reader.ReadInt32();
        if (count is < 0 or > MaxFetches)
            throw new InvalidDataException($"A session's state holds {count} fetches; at most {MaxFetches} are possible.");
        for (var i = 0; i < count; i++)
            window._fetches.Add(new Fetch(reader.ReadUInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadInt64()));
        return window;
    }
}
