using System.Runtime.InteropServices;
using System.Text;
using Portcullis.Sessions;

namespace Portcullis.Aws.Accounts;

/// <summary>When sessions of accounts were last seen, by the hash of their sid: most accounts are not in memory while they are watched.</summary>
internal sealed class Sightings
{
    private const int Stripes = 64;

    private readonly Dictionary<ulong, long>[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Dictionary<ulong, long>())];

    /// <summary>Takes in that a session was seen.</summary>
    public void Note(ReadOnlySpan<byte> sid, long at)
    {
        var hash = SidHash.Of(sid);
        var stripe = StripeOf(hash);
        lock (stripe)
        {
            ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(stripe, hash, out _);
            newest = Math.Max(newest, at);
        }
    }

    /// <summary>When a session was last seen, epoch milliseconds; null where that is not known.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="latest">A time that no session can have been seen after: the clock was set right, and those it left in the future are brought back.</param>
    /// <param name="now">To where.</param>
    public long? Find(string sid, long latest, long now)
    {
        Span<byte> bytes = stackalloc byte[sid.Length];
        Encoding.ASCII.GetBytes(sid, bytes);
        var hash = SidHash.Of(bytes);
        var stripe = StripeOf(hash);
        lock (stripe)
        {
            if (!stripe.TryGetValue(hash, out var at))
                return null;
            return at <= latest ? at : stripe[hash] = now;
        }
    }

    /// <summary>Forgets the sessions that were last seen before a time.</summary>
    public void Sweep(long before)
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                // Removing while one walks over it is allowed.
                foreach (var (hash, at) in stripe)
                {
                    if (at < before)
                        stripe.Remove(hash);
                }
            }
        }
    }

    private Dictionary<ulong, long> StripeOf(ulong hash) => _stripes[hash % Stripes];
}
