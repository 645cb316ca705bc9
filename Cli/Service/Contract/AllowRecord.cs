namespace Portcullis.Cli.Service.Contract;

/// <summary>An entry of the allow-list.</summary>
internal sealed record AllowRecord(string Id, string Kind, string Value, string? Owner, string? Reason, DateTimeOffset? Expires);

/// <summary>The allow-list.</summary>
internal sealed record AllowRecords(IReadOnlyList<AllowRecord> Entries);
