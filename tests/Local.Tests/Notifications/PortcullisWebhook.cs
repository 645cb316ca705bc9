using System.Globalization;
using System.Security.Cryptography;
using System.Text;

public static class PortcullisWebhook
{
    /// <param name="header">The header Portcullis-Signature.</param>
    /// <param name="body">The body's bytes as they came, before any parsing.</param>
    /// <param name="secret">The webhook's secret, whsec_ included.</param>
    /// <param name="now">The receiver's clock.</param>
    public static bool IsGenuine(string header, byte[] body, string secret, DateTimeOffset now)
    {
        var parts = header.Split(',');
        if (!parts[0].StartsWith("t=", StringComparison.Ordinal)
            || !long.TryParse(parts[0].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var t)
            || Math.Abs(now.ToUnixTimeSeconds() - t) > 300)
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{t}."), .. body];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        var expected = Encoding.ASCII.GetBytes("v1=" + Convert.ToHexStringLower(mac));
        return parts.Skip(1).Any(part => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(part), expected));
    }
}
