using System.CommandLine.Parsing;
using System.Globalization;

namespace Portcullis.Cli.Tokens;

/// <summary>Points in time as the token commands take them: epoch seconds.</summary>
internal static class TokenEpoch
{
    /// <summary>The last second of the year 9999, beyond which a time is a mistake (milliseconds, mostly).</summary>
    private const long Last = 253_402_300_799;

    public static void Check(OptionResult result, string option)
    {
        if (result.Tokens is [var token] && long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) && time is < 0 or > Last)
            result.AddError($"{option} is {time}; allowed are 0 to {Last} epoch seconds");
    }
}
