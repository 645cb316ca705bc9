using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>The attribute MACs of a v2 token, under the key's own binding secret.</summary>
internal static class TokenBinding
{
    // Names that are bound most often, so that verifying them makes no text.
    private static readonly string[] UsualNames = ["user-agent", "referer", "origin", "accept-language", "host"];

    /// <summary>Whether a viewer is the one that claims are bound to.</summary>
    public static bool Holds(SigningKey key, in ClaimsText claims, string sid, IViewer viewer)
    {
        if (!claims.Binding.IsEmpty && !HoldsRequired(key, claims, sid, viewer))
            return false;
        Span<byte> mac = stackalloc byte[32];
        var optional = new NamesText(claims.Optional).GetEnumerator();
        while (optional.MoveNext())
        {
            var attribute = BindingText.AttributeOf(optional.Current);
            if (!optional.MoveNext())
                return false;
            if (attribute is null || viewer.ValueOf(attribute) is null)
                continue;
            OfAttribute(key, sid, attribute, viewer, mac);
            if (!IsEqual(mac, optional.Current))
                return false;
        }
        return true;
    }

    /// <summary>MAC over sid and one geographic attribute that is checked only where a request shows it.</summary>
    public static void OfAttribute(SigningKey key, string sid, string attribute, IViewer viewer, Span<byte> mac)
    {
        var text = new SpanText(stackalloc byte[512]);
        text.AppendLine("opt"u8, attribute);
        text.AppendLine("sid"u8, sid);
        text.AppendLine(default, attribute, viewer.ValueOf(attribute));
        key.Bind(text.Written, mac);
        text.Dispose();
    }

    private static bool HoldsRequired(SigningKey key, in ClaimsText claims, string sid, IViewer viewer)
    {
        var text = new SpanText(stackalloc byte[1024]);
        text.AppendLine("sid"u8, sid);
        foreach (var name in claims.Attributes)
        {
            if (BindingText.AttributeOf(name) is not { } attribute || viewer.ValueOf(attribute) is not { } value)
            {
                text.Dispose();
                return false;
            }
            text.AppendLine(default, attribute, value);
        }
        foreach (var name in claims.Headers)
        {
            var header = TextOf(name);
            text.AppendLine("h."u8, header, viewer.Header(header));
        }
        foreach (var name in claims.Query)
        {
            var parameter = TextOf(name);
            text.AppendLine("q."u8, parameter, viewer.Query(parameter));
        }
        Span<byte> mac = stackalloc byte[32];
        key.Bind(text.Written, mac);
        text.Dispose();
        return IsEqual(mac, claims.Binding);
    }

    private static bool IsEqual(ReadOnlySpan<byte> mac, ReadOnlySpan<byte> claimed)
    {
        Span<byte> expected = stackalloc byte[43];
        Base64Url.EncodeToUtf8(mac, expected);
        return FixedTime.AreEqual(expected, claimed);
    }

    private static string TextOf(ReadOnlySpan<byte> name)
    {
        foreach (var usual in UsualNames)
        {
            if (Ascii.Equals(name, usual))
                return usual;
        }
        return Encoding.UTF8.GetString(name);
    }
}
