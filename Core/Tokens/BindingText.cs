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
        if (name.SequenceEqual("ip"u8))
            return Ip;
        if (name.SequenceEqual("co"u8))
            return Country;
        if (name.SequenceEqual("reg"u8))
            return Region;
        return name.SequenceEqual("cty"u8) ? City : null;
    }

    /// <summary>Appends the line of an attribute, whose name may come in two parts.</summary>
    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<byte> prefix, scoped ReadOnlySpan<byte> name, string? value)
    {
        text.Append(prefix);
        text.Append(name);
        text.AppendValue(value);
    }

    /// <inheritdoc cref="AppendLine(ref SpanText, ReadOnlySpan{byte}, ReadOnlySpan{byte}, string?)"/>
    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<byte> prefix, scoped ReadOnlySpan<char> name, string? value)
    {
        text.Append(prefix);
        text.Append(name);
        text.AppendValue(value);
    }

    private static void AppendValue(ref this SpanText text, string? value)
    {
        if (value is null)
        {
            text.Append("=-\n"u8);
            return;
        }
        text.Append((byte)'=');
        text.AppendCounted(value);
        text.Append((byte)'\n');
    }
}
