using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>What the breaker must know of live sessions, counted when a verdict asks for it and at most every 5 s.</summary>
internal sealed class LiveAudiences(SessionShards sessions, TimeProvider time)
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _counting = new();
    private AudienceCensus? _census;
    private long _countedAt;

    /// <inheritdoc cref="AudienceCensus.Of"/>
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
