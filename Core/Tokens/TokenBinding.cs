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
        (!claims.IsBound || HoldsRequired(key, claims, sid, viewer))
        && (claims.Optional.IsEmpty || HoldsOptional(key, claims, sid, viewer));

    /// <summary>MAC over sid and one geographic attribute that is checked only where a request shows it.</summary>
    public static void OfAttribute(SigningKey key, string sid, BoundAttribute attribute, IViewer viewer, Span<byte> mac)
    {
        var text = new SpanText(stackalloc byte[512]);
        text.Append("opt="u8);
        text.Append(BindingText.NameOf(attribute).Length);
        text.Append((byte)':');
        text.Append(BindingText.NameOf(attribute));
        text.Append((byte)'\n');
        text.AppendLine("sid"u8, sid);
        text.AppendLine(BindingText.NameOf(attribute), viewer.ValueOf(attribute));
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
        text.AppendLine("sid"u8, sid);
        var attributes = claims.Attributes;
        while (attributes.TryTake(out var name))
        {
            if (BindingText.AttributeOf(name) is not { } attribute || viewer.ValueOf(attribute) is not { } value)
                return false;
            text.AppendLine(name, value);
        }
        var headers = claims.Headers;
        while (headers.TryTake(out var name))
        {
            text.Append("h."u8);
            text.AppendLine(name, viewer.Header(TextOf(name)));
        }
        var parameters = claims.Query;
        while (parameters.TryTake(out var name))
        {
            text.Append("q."u8);
            text.AppendLine(name, viewer.Query(TextOf(name)));
        }
        return true;
    }

    private static bool HoldsOptional(SigningKey key, in ClaimsText claims, string sid, IViewer viewer)
    {
        Span<byte> mac = stackalloc byte[32];
        var optional = new NamesText(claims.Optional);
        while (optional.TryTake(out var name))
        {
            var attribute = BindingText.AttributeOf(name);
            if (!optional.TryTake(out var claimed))
                return false;
            if (attribute is not { } known || viewer.ValueOf(known) is null)
                continue;
            OfAttribute(key, sid, known, viewer, mac);
            if (!IsEqual(mac, claimed))
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
