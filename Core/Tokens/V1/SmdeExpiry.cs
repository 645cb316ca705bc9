using System.Globalization;

namespace Portcullis.Tokens.V1;

/// <summary>SMDE's ways to say when a token expires: <c>+Nh</c>, <c>+Nm</c> or an epoch in seconds, as a string.</summary>
internal static class SmdeExpiry
{
    public const string Allowed = "must be '+Nh' or '+Nm' with N from 1 to 99999, or an epoch in seconds from 1 to 253402300799, as a string";

    // The end of the year 9999.
    private const long LastEpoch = 253_402_300_799;

    /// <summary>Whether the text is a lifetime from the mint, and no epoch.</summary>
    public static bool IsLifetime(string text) => text.StartsWith('+');

    /// <summary>The epoch at which a token that is minted now expires. False when the text is none of the three.</summary>
    public static bool TryRead(string? text, long now, out long expiresAt)
    {
        expiresAt = 0;
        if (text is not ['+', .., var unit])
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out expiresAt) && expiresAt is > 0 and <= LastEpoch;
        var seconds = unit switch { 'h' => 3600, 'm' => 60, _ => 0 };
        if (seconds == 0 || !long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 99_999)
            return false;
        expiresAt = now + (count * seconds);
        return true;
    }
}
