namespace Portcullis.Cli.Service.Contract;

/// <summary>What a detector found.</summary>
internal sealed record EvidenceRecord(string? Detector, double Weight, string? Sentence, DateTimeOffset? At);
