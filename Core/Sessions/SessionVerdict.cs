namespace Portcullis.Sessions;

/// <summary>What a verdict asks for.</summary>
public enum VerdictAction
{
    /// <summary>Nothing; keep observing.</summary>
    Observe = 0,

    /// <summary>Show the session to an operator.</summary>
    Flag = 1,

    /// <summary>Close the gate.</summary>
    Revoke = 2,
}

/// <summary>The judgement on a session, with what it rests on.</summary>
/// <param name="Action">Observe, flag or revoke.</param>
/// <param name="Score">0 to 100: the sum of the findings' weights.</param>
/// <param name="Evidence">The findings, heaviest first.</param>
/// <param name="DecidedAt">Newest line's time when the action became what it is, epoch milliseconds; 0 for a verdict without findings.</param>
public sealed record SessionVerdict(VerdictAction Action, int Score, IReadOnlyList<Finding> Evidence, long DecidedAt = 0)
{
    /// <summary>The verdict on a session without findings.</summary>
    public static readonly SessionVerdict Clear = new(VerdictAction.Observe, 0, []);

    /// <summary>Time of the newest log line behind the evidence, epoch milliseconds; null without evidence.</summary>
    public long? EvidenceUntil => Evidence.Count == 0 ? null : Evidence.Max(finding => finding.At);
}
