using System.Globalization;
using Portcullis.Revocations;

namespace Portcullis.Api.Hosting;

/// <summary>Reads the section <c>Breaker</c>: when automatic revocations are held for a person.</summary>
internal static class BreakerSettings
{
    private const string Section = "Breaker:";

    /// <exception cref="InvalidOperationException">A setting has a value that is not allowed; the message names it.</exception>
    public static BreakerOptions From(IConfiguration configuration)
    {
        var built = new BreakerOptions();
        var options = new BreakerOptions
        {
            PerMinute = ReadInteger(configuration, nameof(built.PerMinute), built.PerMinute),
            LivePercent = ReadNumber(configuration, nameof(built.LivePercent), built.LivePercent),
            ConcentratedFrom = ReadInteger(configuration, nameof(built.ConcentratedFrom), built.ConcentratedFrom),
            ConcentratedPercent = ReadNumber(configuration, nameof(built.ConcentratedPercent), built.ConcentratedPercent),
        };
        return options.Check() is [var error, ..] ? throw new InvalidOperationException($"The setting {Section}{error.Field} {error.Error}.") : options;
    }

    private static int ReadInteger(IConfiguration configuration, string name, int otherwise) =>
        WholeNumber.Read(configuration, Section + name, int.MinValue, int.MaxValue, "a whole number") ?? otherwise;

    private static double ReadNumber(IConfiguration configuration, string name, double otherwise) => configuration[Section + name] switch
    {
        null or "" => otherwise,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw new InvalidOperationException($"The setting {Section}{name} is '{text}'; it must be a number."),
    };
}
