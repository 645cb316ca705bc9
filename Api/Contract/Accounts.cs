using Portcullis.Accounts;
using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Contract;

/// <summary>What holds for one account. What is left out, or null, is as the installation has it.</summary>
internal sealed record AccountRequest
{
    /// <summary>Sessions at the same time, 1 to 1,000.</summary>
    public int? MaxSessions { get; init; }

    /// <summary>What happens beyond them.</summary>
    public WhenFull? WhenFull { get; init; }
}

/// <summary>Where one of an account's sessions stands.</summary>
internal enum AccountSessionState
{
    /// <summary>Minted and not seen yet: it holds a slot.</summary>
    Pending = 0,

    /// <summary>Seen within the last minute: it holds a slot.</summary>
    Live,

    /// <summary>It has a token and holds no slot.</summary>
    Idle,

    /// <summary>It is revoked and holds no slot.</summary>
    Revoked,
}

/// <summary>A session that holds a slot, as a viewer may be told of it: which device, since when. No address, no token, no whole sid.</summary>
internal sealed record SlotResponse(string Reference, string? Device, DateTimeOffset Since, DateTimeOffset? LastSeen)
{
    public static SlotResponse Of(AccountSlot slot, SessionReport? report) => new(
        SessionId.SupportReference(slot.Sid),
        report?.Viewers.MaxBy(viewer => viewer.LastSeen) is { } viewer ? DeviceFamily.Of(viewer.Text.UserAgent) : null,
        Moment.Of(slot.MintedAt), slot.WasSeen ? Moment.Of(slot.SeenAt) : null);
}

/// <summary>One of an account's sessions, for an operator.</summary>
internal sealed record AccountSessionResponse(
    string Reference, AccountSessionState State, string? Asset, string? Device, DateTimeOffset Since, DateTimeOffset? LastSeen, DateTimeOffset ExpiresAt)
{
    public static AccountSessionResponse Of(AccountSlot slot, SessionReport? report, bool revoked, long now)
    {
        var shown = SlotResponse.Of(slot, report);
        var state = revoked ? AccountSessionState.Revoked : !slot.Holds(now) ? AccountSessionState.Idle : slot.WasSeen ? AccountSessionState.Live : AccountSessionState.Pending;
        return new(shown.Reference, state, report?.AssetId, shown.Device, shown.Since, shown.LastSeen, Moment.Of(slot.ExpiresAt));
    }
}

/// <summary>The block that stands against an account.</summary>
internal sealed record AccountBlockResponse(string Id, string Reason, string Actor, DateTimeOffset At, DateTimeOffset Until)
{
    public static AccountBlockResponse Of(Revocation block) => new(block.Decision.Id, block.Decision.Reason, block.Decision.Actor, block.Decision.At, DateTimeOffset.FromUnixTimeSeconds(block.Until));
}

/// <summary>The limits that hold for an account.</summary>
internal sealed record AccountLimitsResponse(int? MaxSessions, WhenFull WhenFull, int MaxOutstandingTokens, int MintsPerMinute)
{
    public static AccountLimitsResponse Of(AccountLimits limits) => new(limits.MaxSessions, limits.WhenFull, limits.MaxOutstandingTokens, limits.MintsPerMinute);
}

/// <summary>What is set for an account in place of the installation's limits.</summary>
internal sealed record AccountSettingsResponse(int? MaxSessions, WhenFull? WhenFull)
{
    public static AccountSettingsResponse Of(AccountSettings settings) => new(settings.MaxSessions, settings.WhenFull);
}

internal sealed record AccountResponse(
    AccountLimitsResponse Limits, AccountSettingsResponse Settings, int HeldSlots, int OutstandingTokens, int MintsWithinAMinute,
    IReadOnlyList<AccountSessionResponse> Sessions, AccountBlockResponse? Block);

/// <summary>What was erased of an account.</summary>
internal sealed record ErasureResponse(int Sessions, int Decisions, int Slots);
