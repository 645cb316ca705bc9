using Portcullis.Accounts;

namespace Portcullis.Engine;

/// <summary>The accounts: their settings, and the sessions that hold their slots. Accounts are known by their tags.</summary>
public interface IAccountStore
{
    /// <summary>The limits of accounts for which nothing else is set.</summary>
    AccountLimits Limits { get; }

    /// <summary>
    /// Asks for a slot for a session whose first token was minted and not given out yet. When it is granted, the slot is durable, and so are
    /// the decisions that ended others for it. Decisions about one account follow one another.
    /// </summary>
    /// <param name="sid">The new session; it starts with an account tag.</param>
    /// <param name="expiresAt">When its token ends, epoch seconds.</param>
    /// <param name="cancellation">Ends the wait; the slot is then given back.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now; no slot is held, and the token must not be given out.</exception>
    ValueTask<MintJudgement> AdmitAsync(string sid, long expiresAt, CancellationToken cancellation = default);

    /// <summary>Takes in that a session got another token. Never refused; durable when the task completes, unless the store cannot be written: then later.</summary>
    /// <param name="sid">The session; it starts with an account tag.</param>
    /// <param name="startedAt">When its first token was minted, epoch seconds.</param>
    /// <param name="expiresAt">When the new token ends, epoch seconds.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask RenewAsync(string sid, long startedAt, long expiresAt, CancellationToken cancellation = default);

    /// <summary>What is known of an account; of one that was never heard of, that it has nothing.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<AccountReport> FindAsync(string tag, CancellationToken cancellation = default);

    /// <summary>Sets what holds for an account in place of the installation's limits. Durable when the task completes.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="settings">All that holds; what was set before is replaced.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and setting again is safe.</param>
    ValueTask PutAsync(string tag, AccountSettings settings, CancellationToken cancellation = default);
}

/// <summary>A copy of what is known of an account.</summary>
/// <param name="Settings">What is set for it.</param>
/// <param name="Limits">The limits that hold.</param>
/// <param name="Slots">Its sessions that have a token still valid or hold a slot, revoked ones included, oldest first.</param>
/// <param name="OutstandingTokens">Sessions with a token still valid, revoked ones not counted.</param>
/// <param name="MintsWithinAMinute">Sessions minted within the last minute.</param>
public sealed record AccountReport(AccountSettings Settings, AccountLimits Limits, IReadOnlyList<AccountSlot> Slots, int OutstandingTokens, int MintsWithinAMinute)
{
    /// <summary>Copies what is known of an account.</summary>
    /// <param name="settings">What is set for it.</param>
    /// <param name="installation">The limits of accounts for which nothing else is set.</param>
    /// <param name="slots">Its sessions; null for an account that was never heard of.</param>
    /// <param name="isRevoked">Whether a session is revoked now.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public static AccountReport Of(AccountSettings settings, AccountLimits installation, AccountSlots? slots, Func<string, bool> isRevoked, long now)
    {
        List<AccountSlot> known = slots is null ? [] : [.. slots.All.Where(slot => slot.Holds(now) || slot.ExpiresAt > now).OrderBy(slot => slot.MintedAt)];
        return new AccountReport(
            settings, settings.Over(installation), known, known.Count(slot => slot.ExpiresAt > now && !isRevoked(slot.Sid)), slots?.MintedWithinAMinute(now) ?? 0);
    }
}
