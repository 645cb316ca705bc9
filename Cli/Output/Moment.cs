using System.CommandLine.Parsing;
using System.Globalization;

namespace Portcullis.Cli.Output;

/// <summary>Points in time as operators read and write them: UTC, ISO 8601.</summary>
internal static class Moment
{
    public static string Text(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Reads an option's value; without an offset the time is UTC.</summary>
    public static DateTimeOffset? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        argument.AddError($"'{text}' is no time: write it as 2026-01-31T20:00:00Z");
        return null;
    }
}
