using System.Text;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <content>What is kept in memory and what is stored: sessions come back after a start, go when they are over or erased, and are taken where they changed.</content>
public sealed partial class SessionShards
{
    /// <summary>Takes sessions that were stored before.</summary>
    internal void Restore(IEnumerable<SessionState> states)
    {
        foreach (var state in states)
        {
            var shard = ShardOf(state.Sid);
            lock (shard.Lock)
                shard.Restore(state);
            if (_sightings is not null && IsTagged(state.SidBytes))
                _sightings.Seen(state.SidBytes, state.LastSeen);
        }
    }

    /// <summary>Drops the sessions of an account.</summary>
    /// <param name="prefix">What its sids start with, ASCII.</param>
    /// <returns>How many there were.</returns>
    internal int Erase(ReadOnlySpan<byte> prefix)
    {
        var all = new List<SessionState>();
        var erased = 0;
        foreach (var shard in _shards)
        {
            all.Clear();
            lock (shard.Lock)
            {
                foreach (var state in shard.States)
                {
                    if (state.SidBytes.StartsWith(prefix))
                        all.Add(state);
                }
                foreach (var state in all)
                    shard.Drop(state);
            }
            erased += all.Count;
        }
        return erased;
    }

    /// <summary>Drops sessions whose newest line is older than <see cref="IdleAfter"/>, short ones after <see cref="ShortIdleAfter"/>.</summary>
    /// <param name="now">Epoch milliseconds: the clock's, or in a replay the newest line's.</param>
    public void DropIdle(long now)
    {
        var (before, shortBefore) = (now - (long)IdleAfter.TotalMilliseconds, now - (long)ShortIdleAfter.TotalMilliseconds);
        var idle = new List<SessionState>();
        foreach (var shard in _shards)
        {
            idle.Clear();
            lock (shard.Lock)
            {
                foreach (var state in shard.States)
                {
                    if (state.LastSeen < before || (state.LastSeen < shortBefore && state.Lines <= ShortLines && state.Verdict.Score == 0))
                        idle.Add(state);
                }
                foreach (var state in idle)
                    shard.Drop(state);
            }
        }
    }

    /// <summary>Takes what has changed since the last time: states in their stored form, null for a dropped session.</summary>
    internal List<KeyValuePair<string, byte[]?>> TakeDirty() => TakeDirty(_ => true);

    /// <summary>Takes what has changed since the last time, of sessions that are worth storing.</summary>
    /// <param name="isKept">Whether a session is; one that is no more counts as dropped. Called under a lock.</param>
    internal List<KeyValuePair<string, byte[]?>> TakeDirty(Func<SessionState, bool> isKept)
    {
        var taken = new List<KeyValuePair<string, byte[]?>>();
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                shard.TakeDirty(
                    isKept,
                    state =>
                    {
                        buffer.SetLength(0);
                        state.Write(writer, Agents);
                        writer.Flush();
                        taken.Add(new(state.Sid, buffer.ToArray()));
                    },
                    sid => taken.Add(new(sid, null)));
            }
        }
        return taken;
    }

    /// <summary>Marks sessions as changed again: what was taken could not be stored.</summary>
    internal void ReturnDirty(IEnumerable<string> sids)
    {
        foreach (var sid in sids)
        {
            var shard = ShardOf(sid);
            lock (shard.Lock)
                shard.ReturnDirty(sid);
        }
    }
}
