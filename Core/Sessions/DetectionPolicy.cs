using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>Thresholds and weights of detection.</summary>
public sealed record DetectionPolicy
{
    /// <value>Score from which a session is flagged, 1 to 100. Default 50.</value>
    public int FlagAt { get; init; } = 50;

    /// <value>Score from which a session is revoked, 1 to 100. Default 80.</value>
    public int RevokeAt { get; init; } = 80;

    /// <value>Options of the detector <c>concurrent-viewers</c>.</value>
    public ConcurrentViewersOptions ConcurrentViewers { get; init; } = new();

    /// <value>Options of the detector <c>doubled-positions</c>.</value>
    public DoubledPositionsOptions DoubledPositions { get; init; } = new();

    /// <summary>The action a score asks for.</summary>
    public VerdictAction ActionOf(int score) =>
        score >= RevokeAt ? VerdictAction.Revoke : score >= FlagAt ? VerdictAction.Flag : VerdictAction.Observe;
}
