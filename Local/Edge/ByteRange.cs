using Microsoft.Net.Http.Headers;

namespace Portcullis.Local.Edge;

/// <summary>A range of bytes within a file.</summary>
/// <param name="Start">First byte, from 0.</param>
/// <param name="End">Last byte, inclusive.</param>
internal readonly record struct ByteRange(long Start, long End)
{
    /// <summary>Bytes in the range.</summary>
    public long Length => End - Start + 1;

    /// <summary>Applies a Range header to a file; a header with another unit or several ranges is ignored (RFC 9110, section 14.2).</summary>
    /// <param name="header">The header, or null.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="range">The range to send, or null for the whole file.</param>
    /// <returns>False when the range cannot be satisfied.</returns>
    public static bool TryResolve(RangeHeaderValue? header, long length, out ByteRange? range)
    {
        range = null;
        if (header is null || header.Unit != "bytes" || header.Ranges.Count != 1)
            return true;
        var asked = header.Ranges.First();
        if (asked.From is not { } from)
        {
            var suffix = Math.Min(asked.To ?? 0, length);
            if (suffix == 0)
                return false;
            range = new ByteRange(length - suffix, length - 1);
            return true;
        }
        if (from >= length)
            return false;
        range = new ByteRange(from, Math.Min(asked.To ?? long.MaxValue, length - 1));
        return true;
    }
}
