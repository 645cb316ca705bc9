using System.Globalization;

namespace Portcullis.Chaos;

/// <summary>How this run was asked for.</summary>
internal static class ChaosRun
{
    /// <summary>Whether <c>./test.sh --long</c> asked for it.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1";

    /// <summary>Draws from <c>PORTCULLIS_SEED</c>, 1 unless given.</summary>
    public static Random Random() => new(int.Parse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED") ?? "1", CultureInfo.InvariantCulture));
}
