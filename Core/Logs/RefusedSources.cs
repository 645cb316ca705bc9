using System.Text;

namespace Portcullis.Logs;

/// <summary>
/// The addresses that most refused requests come from, in bounded memory (the Space-Saving algorithm of Metwally, Agrawal and El
/// Abbadi, 2005): every source of more than 1/256 of the refusals is in it, and counts are never too low.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class RefusedSources
{
    /// <summary>How many sources are kept.</summary>
    public const int Kept = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Source> _sources = new(Kept);

    /// <summary>Counts a refused request.</summary>
    /// <param name="line">The line of the request.</param>
    /// <param name="afterBlock">Whether it was refused because its session is revoked.</param>
    public void Add(in LogLine line, bool afterBlock)
    {
        lock (_lock)
        {
            if (!_sources.TryGetValue(line.ClientAddress, out var source))
            {
                long inherited = 0;
                if (_sources.Count == Kept)
                {
                    var least = _sources.MinBy(entry => entry.Value.Count);
                    inherited = least.Value.Count;
                    _sources.Remove(least.Key);
                }
                source = new Source(Encoding.ASCII.GetString(line.ClientIp), inherited);
                _sources.Add(line.ClientAddress, source);
            }
            source.Count++;
            source.AfterBlock += afterBlock ? 1 : 0;
            source.LastSeen = Math.Max(source.LastSeen, line.Time);
        }
    }

    /// <summary>The sources, most refusals first.</summary>
    public IReadOnlyList<RefusedSource> Top()
    {
        lock (_lock)
        {
            return
            [
                .. _sources.Values.OrderByDescending(source => source.Count).ThenBy(source => source.Address, StringComparer.Ordinal)
                    .Select(source => new RefusedSource(source.Address, source.Count, source.Inherited, source.AfterBlock, source.LastSeen)),
            ];
        }
    }

    /// <summary>The sources of several readers together, most refusals first.</summary>
    /// <param name="parts">What each reader has counted.</param>
    public static IReadOnlyList<RefusedSource> Sum(IEnumerable<RefusedSources> parts) =>
    [
        .. parts.SelectMany(part => part.Top())
            .GroupBy(source => source.Address, (address, same) => same.Aggregate((sum, part) => new RefusedSource(
                address, sum.Requests + part.Requests, sum.Excess + part.Excess, sum.AfterBlock + part.AfterBlock, Math.Max(sum.LastSeen, part.LastSeen))))
            .OrderByDescending(source => source.Requests)
            .Take(Kept),
    ];

    private sealed class Source(string address, long inherited)
    {
        public readonly string Address = address;
        public readonly long Inherited = inherited;
        public long Count = inherited, AfterBlock, LastSeen;
    }
}

/// <summary>An address that refused requests come from.</summary>
/// <param name="Address">The address.</param>
/// <param name="Requests">Refused requests; at most <paramref name="Excess"/> too many.</param>
/// <param name="Excess">How many of them may be another address's.</param>
/// <param name="AfterBlock">Of those counted for sure, refused because the session is revoked.</param>
/// <param name="LastSeen">Time of the newest, epoch milliseconds.</param>
public sealed record RefusedSource(string Address, long Requests, long Excess, long AfterBlock, long LastSeen);
