namespace Portcullis.Sessions;

/// <summary>
/// The newest fetches of one session as a set, in order, mostly three bytes each: time since the one before and bits of the request; viewer,
/// rendition and distance to the position before only where the fetch is not the same viewer's next segment of the same rendition.
/// </summary>
internal struct FetchLog
{
    /// <summary>Most fetches that are kept; no player asks for as many within the time that is kept.</summary>
    public const int MaxFetches = 2_048;

    private const int Growth = 32, LongestRecord = 23;
    private const int Escape = 15;

    private byte[]? _bytes;
    private Fetch _last;
    private long _firstTime, _firstPosition;
    private ushort _length, _count;

    public readonly int Count => _count;

    /// <summary>The newest fetch; meaningless without any.</summary>
    public readonly Fetch Last => _last;

    /// <summary>Time of the oldest fetch.</summary>
    public readonly long FirstTime => _firstTime;

    /// <summary>Adds a fetch to the set.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="keepFrom">Older ones may be forgotten to make room, epoch milliseconds.</param>
    /// <param name="scratch">Room for <see cref="MaxFetches"/>.</param>
    /// <returns>False when it is there already, or there is no room for more.</returns>
    public bool Add(in Fetch fetch, long keepFrom, Span<Fetch> scratch)
    {
        if (_count == 0)
        {
            (_firstTime, _firstPosition, _last) = (fetch.Time, fetch.Position, new Fetch(fetch.Time, fetch.Position, 0, 0));
            Append(fetch);
            return true;
        }
        var order = fetch.CompareTo(_last);
        if (order == 0)
            return false;
        if (order > 0)
        {
            if (_count == MaxFetches || _length + LongestRecord > _bytes!.Length)
                Forget(keepFrom, scratch);
            if (_count == MaxFetches)
                return false;
            if (_count == 0)
                return Add(fetch, keepFrom, scratch);
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
        var length = fetches.Length;
        Start(from < at ? fetches[from] : fetch);
        for (var i = from; i < at; i++)
            Append(scratch[i]);
        Append(fetch);
        for (var i = at; i < length; i++)
            Append(scratch[i]);
        return true;
    }

    /// <summary>Forgets fetches before a time.</summary>
    public void Forget(long before, Span<Fetch> scratch)
    {
        if (_count == 0 || _firstTime >= before)
            return;
        var fetches = Read(scratch);
        var from = 0;
        while (from < fetches.Length && fetches[from].Time < before)
            from++;
        if (from == fetches.Length)
        {
            (_count, _length) = (0, 0);
            return;
        }
        Start(fetches[from]);
        foreach (ref readonly var fetch in fetches[from..])
            Append(fetch);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_count, _length, _bytes) = (0, 0, null);

    /// <summary>Reads all fetches, in order.</summary>
    public readonly Span<Fetch> Read(Span<Fetch> fetches)
    {
        var (time, position, at) = (_firstTime, _firstPosition, 0);
        var bytes = _bytes.AsSpan(0, _length);
        byte viewer = 0, rendition = 0;
        for (var i = 0; i < _count; i++)
        {
            var first = ReadNumber(bytes, ref at);
            time += (long)(first >> 1);
            var request = bytes[at++];
            if ((first & 1) != 0)
            {
                position++;
            }
            else
            {
                var packed = bytes[at++];
                (viewer, rendition) = ((byte)(packed & 15), (byte)(packed >> 4));
                if (viewer == Escape)
                    viewer = bytes[at++];
                var distance = ReadNumber(bytes, ref at);
                position += (long)(distance >> 1) ^ -(long)(distance & 1);
            }
            fetches[i] = new Fetch(time, position, viewer, rendition, request);
        }
        return fetches[.._count];
    }

    private void Start(in Fetch first)
    {
        (_firstTime, _firstPosition, _last) = (first.Time, first.Position, new Fetch(first.Time, first.Position, 0, 0));
        (_count, _length) = (0, 0);
        if (_bytes is { Length: > 4 * Growth } && _bytes.Length > 1024)
            _bytes = null;
    }

    private void Append(in Fetch fetch)
    {
        if (_bytes is null)
            _bytes = new byte[Growth];
        else if (_length + LongestRecord > _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length + Math.Max(Growth / 2, _bytes.Length / 8));
        var isNext = _count > 0 && fetch.Viewer == _last.Viewer && fetch.Rendition == _last.Rendition && fetch.Position == _last.Position + 1;
        WriteNumber(((ulong)(fetch.Time - _last.Time) << 1) | (isNext ? 1UL : 0));
        _bytes[_length++] = fetch.Request;
        if (isNext)
        {
            _last = fetch;
            _count++;
            return;
        }
        _bytes[_length++] = (byte)(Math.Min((int)fetch.Viewer, Escape) | (fetch.Rendition << 4));
        if (fetch.Viewer >= Escape)
            _bytes[_length++] = fetch.Viewer;
        var distance = fetch.Position - _last.Position;
        WriteNumber((ulong)((distance << 1) ^ (distance >> 63)));
        _last = fetch;
        _count++;
    }

    private void WriteNumber(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes![_length++] = (byte)(value | 0x80);
        _bytes![_length++] = (byte)value;
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = bytes[at++];
        if (value < 0x80)
            return value;
        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
