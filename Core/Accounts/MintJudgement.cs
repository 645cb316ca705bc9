namespace Portcullis.Accounts;

/// <summary>Whether an account may have another session.</summary>
public enum MintOutcome
{
    /// <summary>It may.</summary>
    Admitted = 0,

    /// <summary>All its slots are held.</summary>
    Full,

    /// <summary>Too many of its tokens are still valid.</summary>
    TooManyTokens,

    /// <summary>It asked too often within the last minute.</summary>
    TooFast,
}

/// <summary>The answer to an account's request for another session.</summary>
/// <param name="Outcome">Granted, or why not.</param>
/// <param name="Limits">The limits that hold for the account.</param>
/// <param name="Holders">The sessions that hold its slots, oldest first; empty unless it is full.</param>
/// <param name="ToEnd">The sessions to end before the request is granted, oldest first.</param>
/// <param name="RetryAfter">Seconds, at least 1, after which the request may be granted; 0 where no time can be told.</param>
public sealed record MintJudgement(MintOutcome Outcome, AccountLimits Limits, IReadOnlyList<AccountSlot> Holders, IReadOnlyList<AccountSlot> ToEnd, long RetryAfter)
{
    /// <summary>Whether the request is granted.</summary>
    public bool IsAdmitted => Outcome == MintOutcome.Admitted;

    /// <summary>A request that is granted.</summary>
    /// <param name="limits">The limits that hold for the account.</param>
    /// <param name="toEnd">The sessions to end for it.</param>
    public static MintJudgement Admitted(AccountLimits limits, IReadOnlyList<AccountSlot> toEnd) => new(MintOutcome.Admitted, limits, [], toEnd, 0);

    internal static MintJudgement Full(AccountLimits limits, IReadOnlyList<AccountSlot> holders) => new(MintOutcome.Full, limits, holders, [], 0);

    internal static MintJudgement Later(MintOutcome outcome, AccountLimits limits, long milliseconds) => new(outcome, limits, [], [], Math.Max(1, (milliseconds + 999) / 1000));
}
