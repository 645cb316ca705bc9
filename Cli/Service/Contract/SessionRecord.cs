namespace Portcullis.Cli.Service.Contract;

/// <summary>A playback session; <c>Evidence</c>, <c>Seen</c> and <c>Revocation</c> only when one session was asked for.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Action"><c>observe</c>, <c>flag</c> or <c>revoke</c>.</param>
/// <param name="Revoked">Whether a revocation stands.</param>
/// <param name="Held">The automatic revocation that waits for a person, or null.</param>
/// <param name="Reference">What a blocked viewer quotes to support.</param>
internal sealed record SessionRecord(
    string Sid,
    string? Asset,
    double Score,
    string? Action,
    long Lines,
    int Viewers,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    bool Revoked,
    string? Reference,
    IReadOnlyList<EvidenceRecord>? Evidence,
    IReadOnlyList<SeenViewer>? Seen,
    RevocationRecord? Revocation,
    HeldRecord? Held)
{
    /// <summary>The evidence of the revocation, else that of the session so far.</summary>
    public IReadOnlyList<EvidenceRecord> AllEvidence =>
        Evidence is { Count: > 0 } ? Evidence : Revocation?.Evidence ?? [];
}
