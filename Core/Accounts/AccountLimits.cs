namespace Portcullis.Accounts;

/// <summary>How much an account may have at the same time.</summary>
public sealed record AccountLimits
{
    /// <value>Sessions that may hold a slot at the same time, 1 to 1,000; null for no limit, which is the default.</value>
    public int? MaxSessions { get; init; }

    /// <value>What happens to a request beyond <see cref="MaxSessions"/>. Default: it is refused.</value>
    public WhenFull WhenFull { get; init; }

    /// <value>Sessions that may hold a token still valid, seen or not, revoked ones not counted; 1 to 10,000. Default 50.</value>
    public int MaxOutstandingTokens { get; init; } = 50;

    /// <value>First tokens of sessions per minute, 1 to 10,000. Default 30. Renewals are not counted.</value>
    public int MintsPerMinute { get; init; } = 30;
}
