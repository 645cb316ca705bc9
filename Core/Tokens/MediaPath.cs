using System.Buffers;
using System.Text;

namespace Portcullis.Tokens;

/// <summary>
/// Brings request paths to the one form in which they are compared with a token's paths, and refuses those that could mean two things.
/// </summary>
public static class MediaPath
{
    /// <summary>Longest path, in bytes: CloudFront's longest URL.</summary>
    public const int MaxLength = 8192;

    // ASCII without '%' and '\\': these bytes stand for themselves.
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(1, 127).Select(value => (byte)value).Except("%\\"u8.ToArray())]);

    /// <summary>
    /// Percent-decodes once and removes dot segments (RFC 3986, section 5.2.4). Null when the path does not start with a slash, holds
    /// an encoded slash, a backslash or NUL in either form, a broken escape, or bytes that are no UTF-8.
    /// </summary>
    public static string? Normalize(ReadOnlySpan<byte> raw)
    {
        if (raw.Length > MaxLength)
            return null;
        Span<byte> buffer = raw.Length <= 512 ? stackalloc byte[512] : new byte[raw.Length];
        return TryNormalize(raw, buffer, out var length) ? Encoding.UTF8.GetString(buffer[..length]) : null;
    }

    /// <summary>Whether a path is in its normal form as it came; of the paths that are not, most are refused.</summary>
    internal static bool IsNormal(ReadOnlySpan<byte> raw) =>
        !raw.IsEmpty && raw[0] == '/' && raw.Length <= MaxLength && !raw.ContainsAnyExcept(Plain) && raw.IndexOf("/."u8) < 0;

    /// <summary>Like <see cref="Normalize"/>, into a buffer that is at least as long as the path.</summary>
    internal static bool TryNormalize(ReadOnlySpan<byte> raw, Span<byte> path, out int length)
    {
        length = 0;
        if (raw.IsEmpty || raw[0] != '/' || raw.Length > MaxLength)
            return false;
        for (var i = 0; i < raw.Length; i++)
        {
            var value = raw[i];
            if (value == '%')
            {
                if (i + 2 >= raw.Length || Hex(raw[i + 1]) is not { } high || Hex(raw[i + 2]) is not { } low)
                    return false;
                value = (byte)((high << 4) | low);
                if (value == '/')
                    return false;
                i += 2;
            }
            if (value is (byte)'\\' or 0)
                return false;
            path[length++] = value;
        }
        if (!System.Text.Unicode.Utf8.IsValid(path[..length]))
            return false;
        if (path[..length].IndexOf("/."u8) >= 0)
            length = Encoding.UTF8.GetBytes(RemoveDotSegments(Encoding.UTF8.GetString(path[..length])), path);
        return true;
    }

    /// <summary>Whether a normalised path lies under an allowed one: equal to it, or below it at a segment boundary.</summary>
    public static bool IsUnder(ReadOnlySpan<char> path, ReadOnlySpan<char> allowed) =>
        !allowed.IsEmpty
        && path.StartsWith(allowed, StringComparison.Ordinal)
        && (path.Length == allowed.Length || allowed[^1] == '/' || path[allowed.Length] == '/');

    /// <inheritdoc cref="IsUnder(ReadOnlySpan{char}, ReadOnlySpan{char})"/>
    internal static bool IsUnder(ReadOnlySpan<byte> path, ReadOnlySpan<byte> allowed) =>
        !allowed.IsEmpty
        && path.StartsWith(allowed)
        && (path.Length == allowed.Length || allowed[^1] == '/' || path[allowed.Length] == '/');

    private static string RemoveDotSegments(string path)
    {
        var output = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            switch (segments[i])
            {
                case ".":
                    if (last)
                        output.Add("");
                    break;
                case "..":
                    if (output.Count > 0)
                        output.RemoveAt(output.Count - 1);
                    if (last)
                        output.Add("");
                    break;
                default:
                    output.Add(segments[i]);
                    break;
            }
        }
        return "/" + string.Join('/', output);
    }

    private static int? Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => null,
    };
}
