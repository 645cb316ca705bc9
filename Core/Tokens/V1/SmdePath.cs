using System.Globalization;
using System.Text;

namespace Portcullis.Tokens.V1;

/// <summary>Paths as SMDE has them in URLs and policies: compared as they stand, escapes and all.</summary>
internal static class SmdePath
{
    /// <summary>A decoded path as it stands in URLs. Encodes only what RFC 3986, section 3.3, does not admit in a path.</summary>
    public static string Escape(string path)
    {
        var url = new StringBuilder(path.Length);
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || "-._~!$&'()*+,;=:@/".Contains((char)value, StringComparison.Ordinal))
                url.Append((char)value);
            else
                url.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return url.ToString();
    }

    /// <summary>A path of a URL or policy, decoded. Escapes that are none stay as they are.</summary>
    public static string Unescape(string path) => Uri.UnescapeDataString(path);
}
