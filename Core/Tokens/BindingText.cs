using System.Buffers;
using System.Globalization;
using System.Text;

namespace Portcullis.Tokens;

/// <summary>
/// The text under the attribute MAC of a v2 token: one line per attribute, <c>name=&lt;utf8 length&gt;:&lt;value&gt;\n</c>, or <c>name=-\n</c>
/// when the attribute is absent. Lengths make it unambiguous; see <c>docs/tokens.md</c>.
/// </summary>
internal static class BindingText
{
    public const string Ip = "ip", Country = "co", Region = "reg", City = "cty";

    /// <summary>The geographic attributes and the address, in the order they enter the MAC.</summary>
    public static readonly string[] Order = [Ip, Country, Region, City];

    public static string? ValueOf(this IViewer viewer, string attribute) => attribute switch
    {
        Ip => viewer.Ip,
        Country => viewer.Country,
        Region => viewer.Region,
        City => viewer.City,
        _ => null,
    };

    public static void WriteLine(ArrayBufferWriter<byte> text, ReadOnlySpan<char> prefix, ReadOnlySpan<char> name, string? value)
    {
        Append(text, prefix);
        Append(text, name);
        if (value is null)
        {
            Append(text, "=-\n");
            return;
        }
        Append(text, "=");
        Append(text, Encoding.UTF8.GetByteCount(value).ToString(CultureInfo.InvariantCulture));
        Append(text, ":");
        Append(text, value);
        Append(text, "\n");
    }

    private static void Append(ArrayBufferWriter<byte> text, ReadOnlySpan<char> characters) =>
        Encoding.UTF8.GetBytes(characters, text);
}
