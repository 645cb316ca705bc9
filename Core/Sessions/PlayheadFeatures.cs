namespace Portcullis.Sessions;

/// <summary>What the playheads of a session did in one minute and the one before: what detectors judge.</summary>
/// <param name="Doubled">Positions fetched by one viewer too many, on different networks, while all played on.</param>
/// <param name="Crowded">Positions fetched by two or more viewers too many, on different networks.</param>
/// <param name="DoubledAt">Newest time behind the two, epoch milliseconds.</param>
/// <param name="Anywhere">Positions doubled or crowded, by viewers on one network too.</param>
/// <param name="AnywhereAt">Newest time behind it, epoch milliseconds.</param>
/// <param name="Concurrent">Most viewers that played at the same time.</param>
/// <param name="ConcurrentNetworks">Networks that those viewers were on.</param>
/// <param name="ConcurrentAt">Newest time behind it, epoch milliseconds.</param>
internal readonly record struct PlayheadFeatures(
    int Doubled, int Crowded, long DoubledAt, int Anywhere, long AnywhereAt, int Concurrent, int ConcurrentNetworks, long ConcurrentAt);
