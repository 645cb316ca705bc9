namespace Portcullis.Api.Hosting;

/// <summary>Reads the section <c>Retention</c>: how long what is known of people is kept.</summary>
internal static class RetentionSettings
{
    private const string EvidenceDays = "Retention:EvidenceDays";
    private const int DefaultEvidenceDays = 90, MostEvidenceDays = 3_650;

    /// <exception cref="InvalidOperationException">The setting has a value that is not allowed; the message names it.</exception>
    public static TimeSpan EvidenceFrom(IConfiguration configuration) =>
        TimeSpan.FromDays(WholeNumber.Read(configuration, EvidenceDays, 1, MostEvidenceDays, $"a whole number of days, 1 to {MostEvidenceDays}") ?? DefaultEvidenceDays);
}
