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

    public static string? ValueOf(this IViewer viewer, ReadOnlySpan<char> attribute) => attribute switch
    {
        Ip => viewer.Ip,
        Country => viewer.Country,
        Region => viewer.Region,
        City => viewer.City,
        _ => null,
    };

    /// <summary>The attribute with a name in UTF-8, or null when there is none.</summary>
    public static string? AttributeOf(ReadOnlySpan<byte> name)
    {
        foreach (var attribute in Order)
        {
            if (Ascii.Equals(name, attribute))
                return attribute;
        }
        return null;
    }

    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> value)
    {
        text.Append(name);
        text.AppendValue(value);
    }

    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<byte> prefix, scoped ReadOnlySpan<char> name, string? value)
    {
        text.Append(prefix);
        text.Append(name);
        if (value is null)
            text.Append("=-\n"u8);
        else
            text.AppendValue(value);
    }

    private static void AppendValue(ref this SpanText text, scoped ReadOnlySpan<char> value)
    {
        text.Append((byte)'=');
        text.Append(Encoding.UTF8.GetByteCount(value));
        text.Append((byte)':');
        text.Append(value);
        text.Append((byte)'\n');
    }
}
