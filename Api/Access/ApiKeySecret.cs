using System.Security.Cryptography;
using System.Text;
using Portcullis.Access;

namespace Portcullis.Api.Access;

/// <summary>The secret text of an API key: <c>ptc_&lt;role&gt;_&lt;43 random characters&gt;</c>. Only its SHA-256 is stored.</summary>
internal static class ApiKeySecret
{
    private const int MaxLength = 256;

    public static string Draw(ApiRole role) =>
        $"ptc_{role.ToString().ToLowerInvariant()}_{RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 43)}";

    /// <summary>The hash to store or to look up. The text has 256 bits of entropy, so a plain hash cannot be guessed back.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>What an admin key that somebody else drew must look like.</summary>
    public const string GivenForm = "ptc_admin_ and 32 to 200 random characters of A-Za-z0-9";

    /// <summary>Whether a text has the form <see cref="GivenForm"/>; how random it is cannot be told.</summary>
    public static bool IsGivenAdminKey(string secret) =>
        secret.StartsWith("ptc_admin_", StringComparison.Ordinal) && secret.Length is >= 42 and <= 210 && secret.Skip(10).All(char.IsAsciiLetterOrDigit);

    public static bool IsPlausible(string secret) => secret.Length <= MaxLength && secret.StartsWith("ptc_", StringComparison.Ordinal);
}
