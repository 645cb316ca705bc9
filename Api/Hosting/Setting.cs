namespace Portcullis.Api.Hosting;

/// <summary>Reads settings of simple kinds, with errors that name them.</summary>
internal static class Setting
{
    /// <summary>True or false; false where nothing is set.</summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static bool Switch(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var on) => on,
        var text => throw new InvalidOperationException($"The setting {name} is '{text}'; it must be true or false."),
    };

    /// <summary>A whole number of seconds, 1 to 86,400.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static TimeSpan Seconds(IConfiguration configuration, string name, int otherwise) =>
        TimeSpan.FromSeconds(WholeNumber.Read(configuration, name, 1, 86_400, "1 to 86400 seconds") ?? otherwise);
}
