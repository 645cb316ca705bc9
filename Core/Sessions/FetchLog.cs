using System.Runtime.CompilerServices;

namespace Portcullis.Sessions;

/// <summary>
/// The newest fetches of one session as a set, in order, mostly three bytes each: time to the one after it and bits of the request; viewer,
/// rendition and distance in positions only where the one after it is not the same viewer's next segment of the same rendition. In front of
/// them, in the same array, stands what else the session has of varying length: an array of its own would cost 24 bytes more.
/// </summary>
/// <remarks>
/// The newest fetch is held in full, and a record says how an earlier fetch differs from the one after it. So records are read from the
/// newest back, last byte first, and the oldest are forgotten without writing the others anew.
/// </remarks>
internal struct FetchLog
{
    /// <summary>Most fetches that are kept; no player asks for as many within the time that is kept.</summary>
    public const int MaxFetches = 2_048;

    private const int LongestRecord = 23, LargeFrom = 128;
    private const int Escape = 15;

    private byte[]? _bytes;
    private long _lastTime, _lastPosition;
    private ushort _length, _count;
    private byte _lastViewer, _lastRendition, _lastRequest, _prefix;

    /// <summary>A log without fetches.</summary>
    /// <param name="prefix">Bytes to keep in front of the fetches, at most 255.</param>
    public FetchLog(ReadOnlySpan<byte> prefix)
    {
        _length = _prefix = checked((byte)prefix.Length);
        _bytes = prefix.ToArray();
    }

    public readonly int Count => _count;

    /// <summary>The newest fetch; meaningless without any.</summary>
    public readonly Fetch Last => new(_lastTime, _lastPosition, _lastViewer, _lastRendition, _lastRequest);

    /// <summary>The bytes in front of the fetches; valid until the log changes.</summary>
    public readonly Span<byte> Prefix => _bytes.AsSpan(0, _prefix);

    private readonly Span<byte> Records => _bytes.AsSpan(_prefix, _length - _prefix);

    /// <summary>Lengthens the bytes in front of the fetches.</summary>
    /// <param name="more">What comes behind them.</param>
    public void ExtendPrefix(ReadOnlySpan<byte> more)
    {
        var prefix = checked((byte)(_prefix + more.Length));
        Reserve(more.Length);
        Records.CopyTo(_bytes.AsSpan(prefix));
        more.CopyTo(_bytes.AsSpan(_prefix));
        _length += (ushort)more.Length;
        _prefix = prefix;
    }

    /// <summary>Adds a fetch to the set.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="keepFrom">Older ones may be forgotten to make room, epoch milliseconds.</param>
    /// <param name="scratch">Room for <see cref="MaxFetches"/>.</param>
    /// <returns>False when it is there already, or there is no room for more.</returns>
    public bool Add(in Fetch fetch, long keepFrom, Span<Fetch> scratch)
    {
        var order = _count == 0 ? 1 : fetch.CompareTo(Last);
        if (order == 0)
            return false;
        if (order > 0)
        {
            if (_count == MaxFetches)
                Forget(keepFrom);
            if (_count == MaxFetches)
                return false;
            Append(fetch);
            return true;
        }
        var fetches = Read(scratch);
        var at = fetches.BinarySearch(fetch);
        if (at >= 0)
            return false;
        at = ~at;
        var from = 0;
        while (from < at && fetches[from].Time < keepFrom)
            from++;
        if (fetches.Length - from == MaxFetches)
            return false;
        // Written anew, with the fetch in its place.
        Empty();
        foreach (ref readonly var earlier in fetches[from..at])
            Append(earlier);
        Append(fetch);
        foreach (ref readonly var later in fetches[at..])
            Append(later);
        return true;
    }

    /// <summary>Forgets fetches before a time.</summary>
    public void Forget(long before)
    {
        if (_count == 0)
            return;
        if (_lastTime < before)
            Empty();
        else
            ForgetOldest(before);
        if (_bytes is { Length: > LargeFrom } large && _length * 2 < large.Length)
            Array.Resize(ref _bytes, _length);
    }

    /// <summary>Forgets all fetches, and gives back their room.</summary>
    public void Clear()
    {
        _bytes = Prefix.ToArray();
        Empty();
    }

    /// <summary>Reads all fetches, in order.</summary>
    public readonly Span<Fetch> Read(Span<Fetch> fetches)
    {
        if (_count == 0)
            return default;
        var records = Records;
        var end = records.Length;
        fetches[_count - 1] = Last;
        for (var i = _count - 2; i >= 0; i--)
            fetches[i] = Before(fetches[i + 1], records, ref end);
        return fetches[.._count];
    }

    private void ForgetOldest(long before)
    {
        var records = Records;
        var fetch = Last;
        for (int kept = 1, end = records.Length; kept < _count; kept++)
        {
            var start = end;
            fetch = Before(fetch, records, ref end);
            if (fetch.Time >= before)
                continue;
            records[start..].CopyTo(records);
            _length -= (ushort)start;
            _count = (ushort)kept;
        }
    }

    private void Empty() => (_count, _length) = (0, _prefix);

    private void Append(in Fetch fetch)
    {
        if (_count > 0)
            Record(fetch);
        (_lastTime, _lastPosition, _lastViewer, _lastRendition, _lastRequest) = (fetch.Time, fetch.Position, fetch.Viewer, fetch.Rendition, fetch.Request);
        _count++;
    }

    /// <summary>Writes a record of the fetch that was the last, seen from the one after it.</summary>
    private void Record(in Fetch after)
    {
        var goesOn = after.Viewer == _lastViewer && after.Rendition == _lastRendition && after.Position == _lastPosition + 1;
        Span<byte> record = stackalloc byte[LongestRecord];
        var start = LongestRecord;
        WriteNumber(record, ref start, ((ulong)(after.Time - _lastTime) << 1) | (goesOn ? 1UL : 0));
        record[--start] = _lastRequest;
        if (!goesOn)
        {
            record[--start] = (byte)(Math.Min((int)_lastViewer, Escape) | (_lastRendition << 4));
            if (_lastViewer >= Escape)
                record[--start] = _lastViewer;
            var distance = after.Position - _lastPosition;
            WriteNumber(record, ref start, (ulong)((distance << 1) ^ (distance >> 63)));
        }
        var length = LongestRecord - start;
        Reserve(length);
        record[start..].CopyTo(_bytes.AsSpan(_length));
        _length += (ushort)length;
    }

    /// <summary>Reads a record.</summary>
    /// <param name="after">The fetch after it.</param>
    /// <param name="records">The records.</param>
    /// <param name="end">Where the record ends; then where it starts.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Fetch Before(in Fetch after, ReadOnlySpan<byte> records, ref int end)
    {
        var first = ReadNumber(records, ref end);
        var time = after.Time - (long)(first >> 1);
        var request = records[--end];
        if ((first & 1) != 0)
            return new Fetch(time, after.Position - 1, after.Viewer, after.Rendition, request);
        var packed = records[--end];
        var viewer = (byte)(packed & 15);
        if (viewer == Escape)
            viewer = records[--end];
        var distance = ReadNumber(records, ref end);
        return new Fetch(time, after.Position - ((long)(distance >> 1) ^ -(long)(distance & 1)), viewer, (byte)(packed >> 4), request);
    }

    /// <summary>Makes room, no more than it takes: most logs soon stay as long as they are.</summary>
    private void Reserve(int more)
    {
        _bytes ??= [];
        // An array takes a multiple of eight bytes in any case.
        if (_length + more > _bytes.Length)
            Array.Resize(ref _bytes, (_length + Math.Max(more, _length / 16) + 7) & ~7);
    }

    private static void WriteNumber(Span<byte> bytes, ref int start, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes[--start] = (byte)(value | 0x80);
        bytes[--start] = (byte)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadNumber(ReadOnlySpan<byte> bytes, ref int end)
    {
        ulong value = bytes[--end];
        if (value < 0x80)
            return value;
        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = bytes[--end];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
