using System.Globalization;

namespace Portcullis.Cli.Simulation.Hls;

/// <summary>A part of a resource (RFC 8216, 4.3.2.2).</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>First byte after the range.</summary>
    public long End => Offset + Length;

    /// <summary>Reads <c>length[@offset]</c>.</summary>
    /// <param name="text">The attribute or tag value.</param>
    /// <param name="following">Where the range begins when it names no offset.</param>
    /// <exception cref="FormatException">The text is no byte range.</exception>
    public static ByteRange Parse(string text, long following)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var length = at < 0 ? text : text[..at];
        return long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && long.TryParse(at < 0 ? $"{following}" : text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new ByteRange(offset, bytes)
            : throw new FormatException($"'{text}' is no byte range: expected length[@offset]");
    }
}
