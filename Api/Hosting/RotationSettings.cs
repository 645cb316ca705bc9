using System.Globalization;
using Portcullis.Keys;

namespace Portcullis.Api.Hosting;

/// <summary>The settings of key rotation: <c>Keys:RotateEvery</c> and <c>Keys:StuckAfter</c>.</summary>
internal static class RotationSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365), SoonestStuck = TimeSpan.FromMinutes(1);

    /// <summary>More often, and the ring would be full of keys whose tokens are still valid.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromHours(1);

    /// <exception cref="InvalidOperationException">A setting has a value that is not allowed; the message names it.</exception>
    public static KeyRotationOptions From(IConfiguration configuration)
    {
        var otherwise = new KeyRotationOptions();
        return otherwise with
        {
            RotateEvery = configuration["Keys:RotateEvery"] is "off" ? null : Read(configuration, "Keys:RotateEvery", Soonest, "1h to 365d, or off") ?? otherwise.RotateEvery,
            StuckAfter = Read(configuration, "Keys:StuckAfter", SoonestStuck, "1m to 365d") ?? otherwise.StuckAfter,
        };
    }

    /// <summary>A whole number with its unit: .NET's own form takes 24:00 for days.</summary>
    private static TimeSpan? Read(IConfiguration configuration, string name, TimeSpan least, string allowed)
    {
        if (configuration[name] is not { Length: > 0 } text)
            return null;
        var unit = text[^1] switch { 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), _ => TimeSpan.Zero };
        return unit > TimeSpan.Zero && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= Longest / unit && unit * count is var read && read >= least
            ? read
            : throw new InvalidOperationException($"The setting {name} is '{text}'; it must be {allowed}, in minutes (m), hours (h) or days (d).");
    }
}
