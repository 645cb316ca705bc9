namespace Portcullis.Cli.Service.Contract;

/// <summary>A decision of the ledger.</summary>
/// <param name="Source"><c>auto</c>, <c>manual</c>, …</param>
internal sealed record RevocationRecord(
    string Id,
    RevocationSubject? Subject,
    string? Source,
    string? Reason,
    string? Actor,
    DateTimeOffset? At,
    DateTimeOffset? Until,
    IReadOnlyList<EvidenceRecord>? Evidence);
