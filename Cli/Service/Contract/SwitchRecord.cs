namespace Portcullis.Cli.Service.Contract;

/// <summary>The kill switch.</summary>
/// <param name="Armed">Whether automatic verdicts are enforced; when not, the others say who turned it, why and when.</param>
internal sealed record SwitchRecord(bool Armed, string? Actor, string? Reason, DateTimeOffset? At);
