using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>The viewers who fetched one position within <see cref="PlayheadWindow.Span"/> before its newest fetch, that one included.</summary>
internal sealed class NearFetches(Dictionary<ulong, ulong> networks)
{
    private readonly Queue<Fetch> _fetches = new();
    private readonly Dictionary<ulong, int> _viewers = [], _onNetwork = [];

    public Dictionary<ulong, int>.KeyCollection Viewers => _viewers.Keys;

    /// <summary>On how many networks they are.</summary>
    public int Networks => _onNetwork.Count;

    /// <summary>Adds a fetch that is not older than those added before, and forgets those that are too old for it.</summary>
    public void Add(in Fetch fetch)
    {
        while (_fetches.TryPeek(out var oldest) && fetch.Time - oldest.Time > PlayheadWindow.Span)
        {
            _fetches.Dequeue();
            Remove(_viewers, oldest.Viewer);
            Remove(_onNetwork, networks.GetValueOrDefault(oldest.Viewer));
        }
        _fetches.Enqueue(fetch);
        Add(_viewers, fetch.Viewer);
        Add(_onNetwork, networks.GetValueOrDefault(fetch.Viewer));
    }

    public void Clear()
    {
        _fetches.Clear();
        _viewers.Clear();
        _onNetwork.Clear();
    }

    private static void Add(Dictionary<ulong, int> counts, ulong key) => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private static void Remove(Dictionary<ulong, int> counts, ulong key)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(counts, key) == 0)
            counts.Remove(key);
    }
}
