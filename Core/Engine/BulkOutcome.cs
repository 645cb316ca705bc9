namespace Portcullis.Engine;

/// <summary>What a bulk order came to.</summary>
/// <param name="RequestId">Repeats it, and finishes it when it was cut short; null for a dry run.</param>
/// <param name="Matched">How many decisions it found to do this time.</param>
/// <param name="Done">How many it has done in all, in earlier attempts too; 0 for a dry run.</param>
public sealed record BulkOutcome(string? RequestId, int Matched, int Done);
