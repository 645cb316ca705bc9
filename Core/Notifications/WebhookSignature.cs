using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Notifications;

/// <summary>Signs posts: <c>t=&lt;epoch seconds&gt;,v1=&lt;HMAC-SHA256 in hexadecimal&gt;</c>, with one <c>v1</c> per secret while a secret is being rotated.</summary>
public static class WebhookSignature
{
    /// <summary>The header that carries it.</summary>
    public const string HeaderName = "Portcullis-Signature";

    /// <summary>Receivers refuse a post whose <c>t</c> is further away than this, in both directions.</summary>
    public static readonly TimeSpan ReplayWindow = TimeSpan.FromMinutes(5);

    private const string Prefix = "whsec_";

    /// <summary>Draws a secret: <c>whsec_</c> and 43 base-62 characters, 256 bits. Its UTF-8 bytes, prefix included, are the MAC's key.</summary>
    public static string DrawSecret() => Prefix + Tokens.SessionId.DrawRandom(43);

    /// <summary>The header's value.</summary>
    /// <param name="secrets">The secrets in force, the newest first.</param>
    /// <param name="at">When this attempt is made.</param>
    /// <param name="body">The body as it is sent; the MAC is over <c>&lt;t&gt;.&lt;body&gt;</c>.</param>
    public static string Sign(IEnumerable<string> secrets, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds), (byte)'.', .. body];
        return $"t={seconds}" + string.Concat(secrets.Select(secret => ",v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))));
    }
}
