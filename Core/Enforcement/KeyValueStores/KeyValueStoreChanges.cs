namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>
/// Orders the changes of a store by what waiting for them costs: new keys (their tokens are refused until then), keys that go, what was
/// lifted, then blocks from the most important on, and last what has ended anyway. A delete comes earlier where a put needs its room.
/// </summary>
internal sealed class KeyValueStoreChanges
{
    private readonly long _maxBytes;
    private readonly Put[] _wanted;
    private readonly bool[] _written;
    private readonly Queue<KeyValueStoreEntry> _unwanted;
    private readonly List<KeyValueStoreBatch> _batches = [];
    private readonly List<KeyValueStoreEntry> _puts = [];
    private readonly List<string> _deletes = [];
    private long _bytes;
    private int _shrinking;

    private KeyValueStoreChanges(KeyValueStorePlan held, KeyValueStorePlan plan, long maxBytes)
    {
        _bytes = held.Bytes;
        _maxBytes = maxBytes;
        _wanted = [.. plan.Entries.Where(entry => held.Find(entry.Key) != entry.Value).Select(entry => new Put(entry, GrowthOf(entry, held.Find(entry.Key))))];
        _written = new bool[_wanted.Length];
        _unwanted = new(held.Entries.Where(entry => plan.Find(entry.Key) is null).OrderBy(entry => KeyValueStorePlan.IsKey(entry.Key) ? 0 : plan.HasEnded(entry) ? 2 : 1));
    }

    /// <summary>See <see cref="KeyValueStorePlan.Batches"/>.</summary>
    public static IReadOnlyList<KeyValueStoreBatch> Between(KeyValueStorePlan held, KeyValueStorePlan plan, long maxBytes)
    {
        var changes = new KeyValueStoreChanges(held, plan, maxBytes);
        // Plans list their keys first.
        var keys = changes._wanted.TakeWhile(put => KeyValueStorePlan.IsKey(put.Entry.Key)).Count();
        changes.Write(0, keys);
        changes.Delete(entry => !plan.HasEnded(entry));
        changes.Write(keys, changes._wanted.Length);
        changes.Delete(_ => true);
        changes.Flush();
        return changes._batches;
    }

    private void Write(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Delete(_ => !_written[i] && _bytes + _wanted[i].Growth > _maxBytes);
            // With nothing left to delete, room can only come from values that get shorter.
            for (; !_written[i] && _bytes + _wanted[i].Growth > _maxBytes && _shrinking < _wanted.Length; _shrinking++)
            {
                if (_wanted[_shrinking].Growth < 0)
                    Write(_shrinking);
            }
            Write(i);
        }
    }

    private void Write(int index)
    {
        if (_written[index])
            return;
        _written[index] = true;
        _bytes += _wanted[index].Growth;
        _puts.Add(_wanted[index].Entry);
        FlushWhenFull();
    }

    private void Delete(Func<KeyValueStoreEntry, bool> condition)
    {
        while (_unwanted.TryPeek(out var entry) && condition(entry))
        {
            _unwanted.Dequeue();
            _bytes -= entry.Bytes;
            _deletes.Add(entry.Key);
            FlushWhenFull();
        }
    }

    private void FlushWhenFull()
    {
        if (_puts.Count + _deletes.Count == KeyValueStoreBatch.MaxKeys)
            Flush();
    }

    private void Flush()
    {
        if (_puts.Count + _deletes.Count == 0)
            return;
        _batches.Add(new KeyValueStoreBatch([.. _puts], [.. _deletes]));
        _puts.Clear();
        _deletes.Clear();
    }

    private static long GrowthOf(KeyValueStoreEntry entry, string? before) => before is null ? entry.Bytes : entry.Bytes - KeyValueStoreEntry.BytesOf(entry.Key, before);

    private readonly record struct Put(KeyValueStoreEntry Entry, long Growth);
}
