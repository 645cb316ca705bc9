using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>What the breaker must know of live sessions, counted when a verdict asks for it and at most every 5 s.</summary>
/// <param name="sessions">The sessions of this process.</param>
/// <param name="time">The clock.</param>
public sealed class LiveAudiences(SessionShards sessions, TimeProvider time)
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _counting = new();
    private AudienceCensus? _census;
    private long _countedAt;

    /// <summary>What the breaker must know to judge a session of an asset.</summary>
    /// <param name="asset">The asset, or null for sessions of none.</param>
    /// <param name="main">The session's main viewer.</param>
    public LiveAudience Of(string? asset, ViewerText? main)
    {
        lock (_counting)
        {
            if (_census is null || time.GetElapsedTime(_countedAt) >= CountEvery)
            {
                _census = sessions.CountAudiences();
                _countedAt = time.GetTimestamp();
            }
            return _census.Of(asset, main);
        }
    }
}
