namespace Portcullis.Tokens;

internal static class SpanSplit
{
    /// <summary>Splits at a byte into at most <c>ranges.Length</c> ranges; the last one takes the remainder.</summary>
    public static int Split(this ReadOnlySpan<byte> text, Span<Range> ranges, byte separator)
    {
        var count = 0;
        var start = 0;
        while (count < ranges.Length - 1)
        {
            var length = text[start..].IndexOf(separator);
            if (length < 0)
                break;
            ranges[count++] = start..(start + length);
            start += length + 1;
        }
        ranges[count++] = start..text.Length;
        return count;
    }
}
