namespace Portcullis.Cli.Service.Contract;

/// <summary>A decision that waits for a person.</summary>
/// <param name="HeldFor"><c>rate</c>, <c>userAgent</c> or <c>network</c>.</param>
internal sealed record HeldRecord(
    string Id, long Sequence, RevocationSubject? Subject, string? HeldFor, string? Asset, int Score, DateTimeOffset? At, string? Reason, string? UserAgent, uint? Asn);

/// <summary>Those that wait.</summary>
internal sealed record HeldRecords(IReadOnlyList<HeldRecord> Revocations);
