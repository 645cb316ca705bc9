using System.Globalization;

namespace Portcullis.Api.Hosting;

/// <summary>Reads the section <c>Retention</c>: how long what is known of people is kept.</summary>
internal static class RetentionSettings
{
    private const string EvidenceDays = "Retention:EvidenceDays";
    private const int DefaultEvidenceDays = 90, MostEvidenceDays = 3_650;

    /// <exception cref="InvalidOperationException">The setting has a value that is not allowed; the message names it.</exception>
    public static TimeSpan EvidenceFrom(IConfiguration configuration) => configuration[EvidenceDays] switch
    {
        null or "" => TimeSpan.FromDays(DefaultEvidenceDays),
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostEvidenceDays => TimeSpan.FromDays(days),
        var text => throw new InvalidOperationException($"The setting {EvidenceDays} is '{text}'; it must be a whole number of days, 1 to {MostEvidenceDays}."),
    };
}
