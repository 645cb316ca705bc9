namespace Portcullis.Accounts;

/// <summary>What is set for one account in place of the installation's limits.</summary>
public sealed record AccountSettings
{
    /// <summary>An account for which nothing is set.</summary>
    public static readonly AccountSettings None = new();

    /// <value>Its sessions at the same time, 1 to 1,000; null: as the installation has it.</value>
    public int? MaxSessions { get; init; }

    /// <value>What happens beyond them; null: as the installation has it.</value>
    public WhenFull? WhenFull { get; init; }

    /// <summary>The limits that hold for the account.</summary>
    /// <param name="installation">The installation's limits.</param>
    public AccountLimits Over(AccountLimits installation) =>
        this == None ? installation : installation with { MaxSessions = MaxSessions ?? installation.MaxSessions, WhenFull = WhenFull ?? installation.WhenFull };
}
