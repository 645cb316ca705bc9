using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Tokens.V1;

/// <summary>Base64url and HMAC for the literal readings of SMDE, apart from the ones under test.</summary>
internal static class SmdeText
{
    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Decode(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(padded + new string('=', (4 - (padded.Length % 4)) % 4)));
    }

    public static string Mac(string secret, string text) => Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
