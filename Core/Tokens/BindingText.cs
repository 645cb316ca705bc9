using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Portcullis.Tokens;

/// <summary>
/// The text under the attribute MAC of a v2 token: one line per attribute, <c>name=&lt;utf8 length&gt;:&lt;value&gt;\n</c>, or <c>name=-\n</c>
/// when the attribute is absent. Lengths make it unambiguous; see <c>docs/tokens.md</c>.
/// </summary>
internal static class BindingText
{
    // Equals sign, the digits of a length, colon, line feed.
    private const int MostPunctuation = 13;

    /// <summary>The geographic attributes and the address, in the order they enter the MAC.</summary>
    public static ReadOnlySpan<BoundAttribute> Order => [BoundAttribute.Ip, BoundAttribute.Country, BoundAttribute.Region, BoundAttribute.City];

    public static ReadOnlySpan<byte> NameOf(BoundAttribute attribute) => attribute switch
    {
        BoundAttribute.Ip => "ip"u8,
        BoundAttribute.Country => "co"u8,
        BoundAttribute.Region => "reg"u8,
        _ => "cty"u8,
    };

    public static string? ValueOf(this IViewer viewer, BoundAttribute attribute) => attribute switch
    {
        BoundAttribute.Ip => viewer.Ip,
        BoundAttribute.Country => viewer.Country,
        BoundAttribute.Region => viewer.Region,
        _ => viewer.City,
    };

    /// <summary>The attribute with a name in UTF-8, or null when there is none.</summary>
    public static BoundAttribute? AttributeOf(ReadOnlySpan<byte> name)
    {
        foreach (var attribute in Order)
        {
            if (name.SequenceEqual(NameOf(attribute)))
                return attribute;
        }
        return null;
    }

    /// <summary>Appends the line of an attribute; also the end of one whose name starts with a prefix.</summary>
    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<byte> name, string? value)
    {
        text.Append(name);
        AppendValue(ref text, value);
    }

    /// <inheritdoc cref="AppendLine(ref SpanText, ReadOnlySpan{byte}, string?)"/>
    public static void AppendLine(ref this SpanText text, scoped ReadOnlySpan<char> name, string? value)
    {
        text.Append(name);
        AppendValue(ref text, value);
    }

    private static void AppendValue(ref SpanText text, string? value)
    {
        if (value is null)
        {
            text.Append("=-\n"u8);
        }
        else if (!TryAppendAscii(ref text, value))
        {
            text.Append((byte)'=');
            text.Append(Encoding.UTF8.GetByteCount(value));
            text.Append((byte)':');
            text.Append(value.AsSpan());
            text.Append((byte)'\n');
        }
    }

    // Nearly all values are ASCII, and have as many bytes as characters.
    private static bool TryAppendAscii(ref SpanText text, ReadOnlySpan<char> value)
    {
        var line = text.Reserve(value.Length + MostPunctuation);
        Utf8Formatter.TryFormat(value.Length, line[1..], out var digits);
        var start = digits + 2;
        if (Ascii.FromUtf16(value, line[start..], out var length) != OperationStatus.Done)
            return false;
        line[0] = (byte)'=';
        line[start - 1] = (byte)':';
        line[start + length] = (byte)'\n';
        text.Advance(start + length + 1);
        return true;
    }
}
