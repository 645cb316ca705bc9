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
    public static bool Holds(SigningKey key, in ClaimsText claims, string sid, IViewer viewer) =>
        (claims.Binding.IsEmpty || HoldsRequired(key, claims, sid, viewer))
        && (claims.Optional.IsEmpty || HoldsOptional(key, claims, sid, viewer));

    /// <summary>MAC over sid and one geographic attribute that is checked only where a request shows it.</summary>
    public static void OfAttribute(SigningKey key, string sid, string attribute, IViewer viewer, Span<byte> mac)
    {
        var text = new SpanText(stackalloc byte[512]);
        text.AppendLine("opt"u8, default(ReadOnlySpan<byte>), attribute);
        text.AppendLine("sid"u8, default(ReadOnlySpan<byte>), sid);
        text.AppendLine(default, attribute, viewer.ValueOf(attribute));
        key.Bind(text.Written, mac);
        text.Dispose();
    }

    private static bool HoldsRequired(SigningKey key, in ClaimsText claims, string sid, IViewer viewer)
    {
        var text = new SpanText(stackalloc byte[512]);
        Span<byte> mac = stackalloc byte[32];
        var shown = TryAppendBound(ref text, claims, sid, viewer);
        if (shown)
            key.Bind(text.Written, mac);
        text.Dispose();
        return shown && IsEqual(mac, claims.Binding);
    }

    // Apart from the buffer: a method with both a loop and stackalloc never reaches the compiler's profiled tier.
    private static bool TryAppendBound(ref SpanText text, in ClaimsText claims, string sid, IViewer viewer)
    {
        text.AppendLine("sid"u8, default(ReadOnlySpan<byte>), sid);
        foreach (var name in claims.Attributes)
        {
            if (BindingText.AttributeOf(name) is not { } attribute || viewer.ValueOf(attribute) is not { } value)
                return false;
            text.AppendLine(default, name, value);
        }
        foreach (var name in claims.Headers)
            text.AppendLine("h."u8, name, viewer.Header(TextOf(name)));
        foreach (var name in claims.Query)
            text.AppendLine("q."u8, name, viewer.Query(TextOf(name)));
        return true;
    }

    private static bool HoldsOptional(SigningKey key, in ClaimsText claims, string sid, IViewer viewer)
    {
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
