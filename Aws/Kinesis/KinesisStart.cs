using System.Globalization;

namespace Portcullis.Aws.Kinesis;

/// <summary>Where the reading of a stream starts that was never read before.</summary>
public readonly record struct KinesisStart
{
    /// <summary>With the records put from now on.</summary>
    public static readonly KinesisStart Latest;

    /// <summary>With the oldest record that is kept.</summary>
    public static readonly KinesisStart TrimHorizon = new() { IsOldest = true };

    /// <summary>With the records put from a time on.</summary>
    public static KinesisStart At(DateTimeOffset time) => new() { Time = time };

    /// <summary>Whether it is with the oldest record.</summary>
    public bool IsOldest { get; private init; }

    /// <summary>The time, where it is one.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Reads <c>LATEST</c>, <c>TRIM_HORIZON</c> or a time in ISO 8601 with its offset.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static KinesisStart Parse(string text) => text.ToUpperInvariant() switch
    {
        "LATEST" => Latest,
        "TRIM_HORIZON" => TrimHorizon,
        _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => At(time),
        _ => throw new FormatException($"The start '{text}' is neither LATEST nor TRIM_HORIZON nor a time such as 2026-11-25T12:00:00Z."),
    };

    /// <summary>The time from which records are read; null for the oldest.</summary>
    /// <param name="now">The time now.</param>
    public DateTimeOffset? From(DateTimeOffset now) => IsOldest ? null : Time ?? now;

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => IsOldest ? "TRIM_HORIZON" : Time?.ToString("O", CultureInfo.InvariantCulture) ?? "LATEST";
}
