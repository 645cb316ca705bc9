namespace Portcullis.Revocations;

/// <summary>A revocation as SMDE's table holds it.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Type">Who revoked it: <c>MANUAL</c> or <c>AUTO</c>.</param>
/// <param name="Reason">SMDE's reason; null when the row has none.</param>
/// <param name="LastUpdated">When the row was written, epoch seconds; 0 when the row does not say.</param>
/// <param name="EndsAt">When SMDE forgets the row (<c>ttl</c>), epoch seconds; null when the row does not say.</param>
public sealed record SmdeRevocation(string Sid, string Type, string? Reason, long LastUpdated, long? EndsAt)
{
    /// <summary>Which row of the export it is, from 0.</summary>
    public int Row { get; init; }
}
