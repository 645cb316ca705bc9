using Portcullis.Logs;

namespace Portcullis.Sessions.Baselines;

/// <summary>What one session did within the look-back of <see cref="SmdeV1Score"/>, in slots of event time that leave it one by one.</summary>
internal sealed class SmdeV1Session
{
    // Distinct values are told apart by 64-bit hashes; each is kept with the newest slot that it was seen in.
    private readonly Dictionary<ulong, long> _requests = [], _addresses = [], _referers = [], _agents = [];
    private readonly Dictionary<long, (long Oldest, long Newest)> _seconds = [];

    public int Requests => _requests.Count;

    public int Addresses => _addresses.Count;

    public int Referers => _referers.Count;

    public int Agents => _agents.Count;

    /// <summary>Whole seconds from the oldest to the newest request.</summary>
    public long Range { get; private set; }

    /// <summary>Distinct (address, URI) per second; only where <see cref="Range"/> is above 0.</summary>
    public double Rate => (double)Requests / Range;

    public void Add(in LogLine line, long slot)
    {
        var address = StableHash.Of(line.ClientAddress);
        See(_requests, StableHash.Of(line.MediaPath, address), slot);
        See(_addresses, address, slot);
        See(_referers, line.RefererKey, slot);
        See(_agents, StableHash.Of(line.UserAgent), slot);
        var second = line.Time / 1000;
        var (oldest, newest) = _seconds.GetValueOrDefault(slot, (second, second));
        _seconds[slot] = (Math.Min(oldest, second), Math.Max(newest, second));
    }

    /// <summary>Drops what was last seen in slots before this one. False when nothing is left.</summary>
    public bool ForgetBefore(long slot)
    {
        foreach (var seen in (Dictionary<ulong, long>[])[_requests, _addresses, _referers, _agents])
            Drop(seen, slot);
        foreach (var old in _seconds.Keys.Where(key => key < slot).ToArray())
            _seconds.Remove(old);
        Range = _seconds.Count == 0 ? 0 : _seconds.Values.Max(ends => ends.Newest) - _seconds.Values.Min(ends => ends.Oldest);
        return _seconds.Count > 0;
    }

    private static void See(Dictionary<ulong, long> seen, ulong value, long slot)
    {
        ref var newest = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, value, out _);
        newest = Math.Max(newest, slot);
    }

    private static void Drop(Dictionary<ulong, long> seen, long slot)
    {
        foreach (var (value, newest) in seen)
        {
            if (newest < slot)
                seen.Remove(value);
        }
    }
}
