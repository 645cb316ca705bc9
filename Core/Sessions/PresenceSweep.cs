using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>How many viewers, on how many networks, play at each moment: one sweep over the stretches in which each of them does.</summary>
/// <remarks>
/// A viewer plays at a moment when he fetched within <see cref="PlayheadWindow.Presence"/> before it, or at it, and fetches again within
/// as long after it.
/// </remarks>
internal sealed class PresenceSweep
{
    private readonly List<(long Time, ulong Viewer)> _starts = [], _ends = [];
    private readonly Dictionary<ulong, ulong> _networks;
    private readonly Dictionary<ulong, int> _playing = [], _onNetwork = [];
    private int _start, _end;

    /// <param name="viewers">Fetches of each viewer, in order of time.</param>
    /// <param name="networks">Network of each viewer.</param>
    public PresenceSweep(Dictionary<ulong, List<Fetch>> viewers, Dictionary<ulong, ulong> networks)
    {
        _networks = networks;
        foreach (var (viewer, fetches) in viewers)
        {
            for (var i = 0; i + 1 < fetches.Count; i++)
            {
                var start = Math.Max(fetches[i].Time, fetches[i + 1].Time - PlayheadWindow.Presence);
                var end = Math.Min(fetches[i + 1].Time, fetches[i].Time + PlayheadWindow.Presence + 1);
                if (start >= end)
                    continue;
                _starts.Add((start, viewer));
                _ends.Add((end, viewer));
            }
        }
        _starts.Sort();
        _ends.Sort();
    }

    /// <summary>Viewers and networks at a moment; moments must not go back.</summary>
    public (int Viewers, int Networks) At(long moment)
    {
        for (; _start < _starts.Count && _starts[_start].Time <= moment; _start++)
        {
            var viewer = _starts[_start].Viewer;
            if (Change(_playing, viewer, 1) == 1)
                Change(_onNetwork, _networks.GetValueOrDefault(viewer), 1);
        }
        for (; _end < _ends.Count && _ends[_end].Time <= moment; _end++)
        {
            var viewer = _ends[_end].Viewer;
            if (Change(_playing, viewer, -1) == 0)
                Change(_onNetwork, _networks.GetValueOrDefault(viewer), -1);
        }
        return (_playing.Count, _onNetwork.Count);
    }

    private static int Change(Dictionary<ulong, int> counts, ulong key, int by)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        count += by;
        if (count != 0)
            return count;
        counts.Remove(key);
        return 0;
    }
}
