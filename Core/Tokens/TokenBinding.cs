using System.Buffers;
using System.Buffers.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>The attribute MACs of a v2 token, under the key's own binding secret.</summary>
internal static class TokenBinding
{
    /// <summary>MAC over sid, required attributes, headers and query parameters, in that order.</summary>
    public static string Of(SigningKey key, TokenClaims claims, IViewer viewer)
    {
        var text = new ArrayBufferWriter<byte>(256);
        BindingText.WriteLine(text, "", "sid", claims.Sid);
        foreach (var attribute in claims.Attributes)
            BindingText.WriteLine(text, "", attribute, viewer.ValueOf(attribute));
        foreach (var header in claims.Headers)
            BindingText.WriteLine(text, "h.", header, viewer.Header(header));
        foreach (var name in claims.Query)
            BindingText.WriteLine(text, "q.", name, viewer.Query(name));
        return Mac(key, text.WrittenSpan);
    }

    /// <summary>MAC over sid and one geographic attribute that is checked only where a request shows it.</summary>
    public static string OfAttribute(SigningKey key, string sid, string attribute, IViewer viewer)
    {
        var text = new ArrayBufferWriter<byte>(128);
        BindingText.WriteLine(text, "", "opt", attribute);
        BindingText.WriteLine(text, "", "sid", sid);
        BindingText.WriteLine(text, "", attribute, viewer.ValueOf(attribute));
        return Mac(key, text.WrittenSpan);
    }

    private static string Mac(SigningKey key, ReadOnlySpan<byte> text)
    {
        Span<byte> mac = stackalloc byte[32];
        key.Bind(text, mac);
        return Base64Url.EncodeToString(mac);
    }
}
