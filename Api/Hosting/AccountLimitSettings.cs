using Portcullis.Accounts;

namespace Portcullis.Api.Hosting;

/// <summary>Reads the settings of section <c>Accounts</c>.</summary>
internal static class AccountLimitSettings
{
    /// <exception cref="InvalidOperationException">A setting has a value that is not allowed; the message names it.</exception>
    public static AccountLimits From(IConfiguration configuration)
    {
        var defaults = new AccountLimits();
        return new AccountLimits
        {
            MaxSessions = ReadNumber(configuration, "Accounts:MaxSessions", "empty for no limit, or ", AccountRules.MostSessions),
            WhenFull = ReadPolicy(configuration, "Accounts:WhenFull"),
            MaxOutstandingTokens = ReadNumber(configuration, "Accounts:MaxOutstandingTokens", "", AccountRules.MostTokens) ?? defaults.MaxOutstandingTokens,
            MintsPerMinute = ReadNumber(configuration, "Accounts:MintsPerMinute", "", AccountRules.MostTokens) ?? defaults.MintsPerMinute,
        };
    }

    private static int? ReadNumber(IConfiguration configuration, string name, string or, int most) => WholeNumber.Read(configuration, name, 1, most, $"{or}a whole number, 1 to {most}");

    private static WhenFull ReadPolicy(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" or "refuse" => WhenFull.Refuse,
        "endOldest" => WhenFull.EndOldest,
        var text => throw new InvalidOperationException($"The setting {name} is '{text}'; it must be refuse or endOldest."),
    };
}
