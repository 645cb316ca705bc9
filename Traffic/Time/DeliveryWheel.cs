using Portcullis.Traffic.Lines;

namespace Portcullis.Traffic.Time;

/// <summary>Lines on their way from the edge to the reader, by the time of their arrival: a wheel of slots of 32 ms.</summary>
/// <remarks>Holds a record of a line, not its text: about 130 bytes instead of 700 for the seconds that it is under way.</remarks>
internal sealed class DeliveryWheel
{
    private const int SlotBits = 5, Slots = 8192;

    /// <summary>Longest way, in milliseconds: what takes longer arrives then.</summary>
    public const long Horizon = ((long)Slots - 2) << SlotBits;

    private readonly int[] _first = new int[Slots];
    private readonly int[] _last = new int[Slots];
    private LineRecord[] _records = new LineRecord[1024];
    private int[] _next = new int[1024];
    private int _free = -1, _used, _pending;
    private long _slot;

    /// <param name="start">Epoch milliseconds; nothing arrives earlier.</param>
    public DeliveryWheel(long start)
    {
        _slot = start >> SlotBits;
        Array.Fill(_first, -1);
        Array.Fill(_last, -1);
    }

    /// <summary>Lines under way.</summary>
    public int Pending => _pending;

    /// <summary>When the line that was taken last arrived, epoch milliseconds.</summary>
    public long ArrivedAt => _slot << SlotBits;

    /// <summary>Sends a line, to arrive at <paramref name="at"/>.</summary>
    public void Send(in LineRecord record, long at)
    {
        var slot = (int)(Math.Clamp(at >> SlotBits, _slot, _slot + Slots - 2) & (Slots - 1));
        var index = _free;
        if (index >= 0)
        {
            _free = _next[index];
        }
        else
        {
            if (_used == _records.Length)
            {
                Array.Resize(ref _records, _used * 2);
                Array.Resize(ref _next, _used * 2);
            }
            index = _used++;
        }
        _records[index] = record;
        _next[index] = -1;
        if (_first[slot] < 0)
            _first[slot] = index;
        else
            _next[_last[slot]] = index;
        _last[slot] = index;
        _pending++;
    }

    /// <summary>Takes the next line that arrives before <paramref name="until"/>; false where there is none.</summary>
    public bool TryTake(long until, out LineRecord record)
    {
        var end = until >> SlotBits;
        while (_pending > 0 && _slot < end)
        {
            var slot = (int)(_slot & (Slots - 1));
            var index = _first[slot];
            if (index < 0)
            {
                _slot++;
                continue;
            }
            record = _records[index];
            _records[index] = default;
            _first[slot] = _next[index];
            if (_first[slot] < 0)
                _last[slot] = -1;
            _next[index] = _free;
            _free = index;
            _pending--;
            return true;
        }
        if (_pending == 0)
            _slot = Math.Max(_slot, Math.Min(end, long.MaxValue >> (SlotBits + 1)));
        record = default;
        return false;
    }
}
