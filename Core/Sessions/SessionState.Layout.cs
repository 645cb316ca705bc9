using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>
/// How the state lies in memory. docs/design/session-evidence.md explains it; a field more costs every live session eight bytes, or none where
/// padding is left.
/// </summary>
public sealed partial class SessionState
{
    private long _settledUntil;

    /// <summary>Minutes since the epoch: the end of the one that is being counted, and the oldest with a request for anything beside the media or for less than the best rendition.</summary>
    private uint _minute, _sideMinute = uint.MaxValue, _lesserMinute = uint.MaxValue;
    private uint _lines;

    /// <summary>Minutes on end of steady fetching, and of fetching far above real time.</summary>
    private ushort _steadyMinutes;
    private byte _fastMinutes;

    /// <summary>Up to the largest number, which stands for more as well.</summary>
    private byte _fetchesOfMinute;
    private ushort _segmentMilliseconds;
    private byte _viewerCount;
    private Marks _marks;
    private SeenViewer _firstViewer;
    private Lanes _lanes;
    private Particulars? _particulars;

    // In front of the fetches stand the sid's length, the sid and the renditions.
    private FetchLog _fetches;

    [Flags]
    private enum Marks : byte { None = 0, Apart = 1, Dirty = 2, Stored = 4 }

    /// <summary>Whether two of its viewers cannot be in one home.</summary>
    private bool IsApart
    {
        get => Has(Marks.Apart);
        set => Mark(Marks.Apart, value);
    }

    /// <summary>End of the minute that is being counted, epoch milliseconds; 0 before the first fetch.</summary>
    private long MinuteEnd
    {
        get => _minute * MinuteLength;
        set => _minute = (uint)(value / MinuteLength);
    }

    private MinuteCounts Counts => _particulars?.Counts ?? default;

    private Particulars Particulars => _particulars ??= new Particulars();

    /// <summary>The renditions that it fetched. Valid until a fetch or a rendition is added.</summary>
    private Span<RenditionKey> Renditions => MemoryMarshal.Cast<byte, RenditionKey>(_fetches.Prefix[(1 + SidBytes.Length)..]);

    private void Add(RenditionKey rendition) => _fetches.ExtendPrefix(MemoryMarshal.AsBytes(new ReadOnlySpan<RenditionKey>(in rendition)));

    /// <summary>A viewer that there is room for: the first stands in the session itself, as most have no other.</summary>
    private ref SeenViewer Viewer(int index)
    {
        if (index == 0)
            return ref _firstViewer;
        return ref _particulars!.OtherViewers[index - 1];
    }

    /// <summary>Makes room for a viewer at an index, at most one behind the last there is room for.</summary>
    private void MakeRoomForViewer(int index)
    {
        if (index > 0 && index > Particulars.OtherViewers.Length)
            Array.Resize(ref Particulars.OtherViewers, Math.Min(index * 2, MaxViewers) - 1);
    }

    private static uint MinuteOf(long time) => (uint)(time / MinuteLength);

    private bool Has(Marks mark) => (_marks & mark) != 0;

    private void Mark(Marks mark, bool isSet) => _marks = isSet ? _marks | mark : _marks & ~mark;
}
