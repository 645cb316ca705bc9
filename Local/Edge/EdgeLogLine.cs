using System.Buffers;
using System.Globalization;
using System.Text;

namespace Portcullis.Local.Edge;

/// <summary>Builds one line of a CloudFront real-time log in a pooled buffer: fields separated by tabs, no line feed.</summary>
internal ref struct EdgeLogLine : IDisposable
{
    // What CloudFront writes as %XX: controls, blank, everything from 127, and these.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        Enumerable.Range(33, 94).Select(code => (char)code).Except("<>\"#%{}|\\^~[]`'").ToArray());

    private byte[] _buffer;
    private int _length;

    public EdgeLogLine(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The line so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Appends a text, URL-encoded as CloudFront does; <c>-</c> when it is null or empty.</summary>
    public void Text(string? value)
    {
        Separate();
        if (string.IsNullOrEmpty(value))
        {
            Append("-"u8);
            return;
        }
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAnyExcept(Plain);
            if (plain < 0)
                plain = rest.Length;
            _length += Encoding.ASCII.GetBytes(rest[..plain], Room(plain));
            rest = rest[plain..];
            if (rest.IsEmpty)
                break;
            Rune.DecodeFromUtf16(rest, out var rune, out var consumed);
            Escape(rune);
            rest = rest[consumed..];
        }
    }

    /// <summary>Appends a number.</summary>
    public void Number(long value)
    {
        Separate();
        value.TryFormat(Room(20), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>Appends a number, or <c>-</c> when there is none.</summary>
    public void Number(long? value)
    {
        if (value is { } number)
            Number(number);
        else
            Text(null);
    }

    /// <summary>Appends milliseconds as seconds with three decimals.</summary>
    public void Seconds(long milliseconds)
    {
        Number(milliseconds / 1000);
        Append("."u8);
        (milliseconds % 1000).TryFormat(Room(3), out var written, "000", CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>Returns the buffer to the pool.</summary>
    public void Dispose()
    {
        // The line may hold a bearer token.
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _length = 0;
    }

    private void Separate()
    {
        if (_length > 0)
            Append("\t"u8);
    }

    private void Escape(Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
        {
            Append("%"u8);
            value.TryFormat(Room(2), out var written, "X2", CultureInfo.InvariantCulture);
            _length += written;
        }
    }

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Room(int size)
    {
        if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }
}
