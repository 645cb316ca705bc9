namespace Portcullis.Cli.Service.Contract;

/// <summary>What a request about many came to.</summary>
/// <param name="RequestId">Repeats or finishes it; null for a dry run.</param>
/// <param name="Matched">How many were found this time.</param>
/// <param name="Done">How many were done in all, by earlier attempts too.</param>
internal sealed record BulkOutcome(string? RequestId, bool DryRun, int Matched, int Done);
