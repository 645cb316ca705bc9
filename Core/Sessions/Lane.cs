namespace Portcullis.Sessions;

/// <summary>One playhead: fetches of a title that follow one another, whoever made them.</summary>
internal struct Lane
{
    public const int LongestStep = 3;

    /// <summary>How long after its last fetch a lane ends, in milliseconds.</summary>
    public const long Idle = 45_000;

    /// <summary>Most of <see cref="First"/>.</summary>
    public const int MostFirst = 59_999;

    /// <summary>How much of a minute a lane must span to count as playing in it, in milliseconds; any two that do overlap.</summary>
    private const int LeastSpan = 31_000;
    private const int LeastAdvances = 3, Half = 30_000;

    /// <summary>How much of the title an old lane must go on to count: players that fill their buffers now and then make pauses.</summary>
    private const int LeastPlayed = 25_000;

    /// <summary>Longest pause within what it spans, in milliseconds: a segment plays at most half as long.</summary>
    private const long LongestPause = 22_000;

    private const byte Open = 1, WasAdapted = 2, WasOld = 4;

    public long Position, Time;

    /// <summary>The viewers it was fetched by in this minute, as bits.</summary>
    public ulong Viewers;
    public uint Title, Rendition;
    public ushort Advances, Fetches;

    // One more than First.
    private ushort _first;
    public byte LastViewer;
    private byte _flags;

    /// <summary>A playhead that nothing is known of yet, as opposed to <c>default</c>, which is none.</summary>
    public Lane() => _flags = Open;

    /// <summary>Whether there is one at all.</summary>
    public readonly bool IsOpen => (_flags & Open) != 0;

    /// <summary>Milliseconds from the minute's start to its first fetch in the minute, up to <see cref="MostFirst"/>; -1 before one.</summary>
    public int First
    {
        readonly get => _first - 1;
        set => _first = checked((ushort)(value + 1));
    }

    /// <summary>Whether it changed its rendition in the minute.</summary>
    public bool Adapted
    {
        readonly get => (_flags & WasAdapted) != 0;
        set => _flags = (byte)(value ? _flags | WasAdapted : _flags & ~WasAdapted);
    }

    /// <summary>Whether it played on from the minute before.</summary>
    public bool IsOld
    {
        readonly get => (_flags & WasOld) != 0;
        set => _flags = (byte)(value ? _flags | WasOld : _flags & ~WasOld);
    }

    /// <summary>
    /// Whether it played for most of the minute. One that leaves out every other segment is not a player of its own: several links, each with
    /// every second segment, are one.
    /// </summary>
    /// <param name="minute">Start of the minute.</param>
    /// <param name="segment">How long a segment plays, in milliseconds; 0 where unknown.</param>
    public readonly bool IsPlaying(long minute, int segment) => Advances >= LeastAdvances && First >= 0 && (Time - minute - First >= LeastSpan || (IsOld && First <= Half && Time - minute >= Half && Advances * segment >= LeastPlayed)) && Fetches * 20 >= Advances * 17;

    public readonly bool IsIdleAt(long time) => time - Time > LongestPause;

    public void Go(in Fetch fetch, uint rendition, long minute)
    {
        if (First >= 0 && IsIdleAt(fetch.Time) && Time - minute - First < LeastSpan)
            First = -1;
        if (First < 0)
            First = (int)(fetch.Time - minute);
        Advances += (ushort)Math.Clamp(fetch.Position - Position, 0, LongestStep);
        Fetches++;
        Adapted |= rendition != Rendition;
        (Position, Time, Rendition, LastViewer) = (fetch.Position, fetch.Time, rendition, fetch.Viewer);
        Viewers |= 1UL << fetch.Viewer;
    }
}
