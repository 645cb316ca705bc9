namespace Portcullis.Cli.Service.Contract;

/// <summary>An account: what it may have and what it has.</summary>
internal sealed record AccountRecord(
    AccountLimitsRecord Limits, AccountSettingsRecord Settings, int HeldSlots, int OutstandingTokens, int MintsWithinAMinute, IReadOnlyList<AccountSessionRecord> Sessions, AccountBlockRecord? Block);

/// <summary>The limits that hold for an account.</summary>
internal sealed record AccountLimitsRecord(int? MaxSessions, string WhenFull, int MaxOutstandingTokens, int MintsPerMinute);

/// <summary>What is set for an account; null where the installation's limits hold.</summary>
internal sealed record AccountSettingsRecord(int? MaxSessions, string? WhenFull);

/// <summary>One of an account's sessions.</summary>
internal sealed record AccountSessionRecord(string Reference, string State, string? Asset, string? Device, DateTimeOffset Since, DateTimeOffset? LastSeen, DateTimeOffset ExpiresAt);

/// <summary>The block that stands against an account.</summary>
internal sealed record AccountBlockRecord(string Id, string Reason, string Actor, DateTimeOffset At, DateTimeOffset Until);

/// <summary>How much was erased of an account.</summary>
internal sealed record ErasureRecord(int Sessions, int Decisions, int Slots);
