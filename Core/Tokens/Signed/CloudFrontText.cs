namespace Portcullis.Tokens.Signed;

/// <summary>CloudFront's text form of bytes: base64 with <c>+=/</c> written as <c>-_~</c>.</summary>
internal static class CloudFrontText
{
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).Replace('+', '-').Replace('=', '_').Replace('/', '~');

    /// <summary>The bytes, or null when the text is not in the form that <see cref="Encode"/> writes.</summary>
    public static byte[]? TryDecode(string text)
    {
        if (text.Length is 0 or > 8192 || text.AsSpan().ContainsAny("+=/ \t\r\n"))
            return null;
        var base64 = text.Replace('-', '+').Replace('_', '=').Replace('~', '/');
        var bytes = new byte[base64.Length];
        // Unused bits that are not zero would make two texts of one signature.
        return Convert.TryFromBase64String(base64, bytes, out var length) && Encode(bytes.AsSpan(0, length)) == text ? bytes[..length] : null;
    }
}
