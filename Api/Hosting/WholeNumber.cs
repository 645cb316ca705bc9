using System.Globalization;

namespace Portcullis.Api.Hosting;

/// <summary>Reads settings that are whole numbers.</summary>
internal static class WholeNumber
{
    /// <summary>A setting's value; null where it is not set.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="name">Its name.</param>
    /// <param name="least">Least value; a sign is admitted where it is below 0.</param>
    /// <param name="most">Greatest value.</param>
    /// <param name="allowed">What it must be, for the message.</param>
    /// <exception cref="InvalidOperationException">It has a value that is not allowed; the message names it.</exception>
    public static int? Read(IConfiguration configuration, string name, int least, int most, string allowed) => configuration[name] switch
    {
        null or "" => null,
        var text when int.TryParse(text, least < 0 ? NumberStyles.AllowLeadingSign : NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most => value,
        var text => throw new InvalidOperationException($"The setting {name} is '{text}'; it must be {allowed}."),
    };
}
