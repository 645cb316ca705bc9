using Portcullis.Assets;

namespace Portcullis.Accounts;

/// <summary>Checks limits and settings of accounts before they are used.</summary>
public static class AccountRules
{
    /// <summary>Most sessions that a limit may allow.</summary>
    public const int MostSessions = 1_000;

    /// <summary>Highest limit of outstanding tokens, and of mints a minute.</summary>
    public const int MostTokens = 10_000;

    /// <summary>Longest account id, in characters.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Everything that is wrong with the installation's limits: field in JSON spelling, and what is allowed. Empty when they are valid.</summary>
    public static IReadOnlyList<FieldError> Check(AccountLimits limits)
    {
        var errors = new List<FieldError>();
        CheckSessions(errors, limits.MaxSessions);
        CheckPolicy(errors, limits.WhenFull);
        CheckRange(errors, "maxOutstandingTokens", limits.MaxOutstandingTokens, MostTokens);
        CheckRange(errors, "mintsPerMinute", limits.MintsPerMinute, MostTokens);
        return errors;
    }

    /// <summary>Everything that is wrong with an account's settings. Empty when they are valid.</summary>
    public static IReadOnlyList<FieldError> Check(AccountSettings settings)
    {
        var errors = new List<FieldError>();
        CheckSessions(errors, settings.MaxSessions);
        CheckPolicy(errors, settings.WhenFull ?? default);
        return errors;
    }

    /// <summary>Whether a text can name an account: 1 to 256 characters without control characters.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength } && !id.Any(char.IsControl);

    private static void CheckSessions(List<FieldError> errors, int? sessions)
    {
        if (sessions is { } number)
            CheckRange(errors, "maxSessions", number, MostSessions);
    }

    private static void CheckPolicy(List<FieldError> errors, WhenFull policy)
    {
        if (!Enum.IsDefined(policy))
            errors.Add(new("whenFull", "must be 'refuse' or 'endOldest'"));
    }

    private static void CheckRange(List<FieldError> errors, string field, int value, int most)
    {
        if (value < 1 || value > most)
            errors.Add(new(field, $"{value} must be 1 to {most}"));
    }
}
