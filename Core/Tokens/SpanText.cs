using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portcullis.Tokens;

/// <summary>UTF-8 text that is put together on the stack, and moves to a pooled array where it outgrows that.</summary>
internal ref struct SpanText(Span<byte> buffer)
{
    // Printable ASCII that JSON and Utf8JsonWriter's relaxed encoder leave as it is.
    private static readonly SearchValues<char> PlainInJson =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private Span<byte> _buffer = buffer;
    private byte[]? _rented;
    private int _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    // Inlined, so that constant text is written with a few moves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(scoped ReadOnlySpan<byte> utf8) => utf8.CopyTo(Take(utf8.Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte utf8) => Take(1)[0] = utf8;

    public void Append(scoped ReadOnlySpan<char> text)
    {
        // Nearly all texts are ASCII, and have as many bytes as characters.
        if (Ascii.FromUtf16(text, Reserve(text.Length), out var written) != OperationStatus.Done)
            written = Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetByteCount(text)));
        _length += written;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out var written);
        _length += written;
    }

    /// <summary>Appends base64url text of bytes, without padding.</summary>
    public void AppendBase64Url(scoped ReadOnlySpan<byte> bytes) => Base64Url.EncodeToUtf8(bytes, Take(Base64Url.GetEncodedLength(bytes.Length)));

    /// <summary>Appends a JSON string with its quotes.</summary>
    public void AppendJson(string value)
    {
        Append((byte)'"');
        if (value.AsSpan().ContainsAnyExcept(PlainInJson))
            Append(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        else
            Append(value.AsSpan());
        Append((byte)'"');
    }

    /// <summary>Room for at least some bytes, to be written there and then added with <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int length)
    {
        if (_buffer.Length - _length < length)
            Grow(length);
        return _buffer[_length..];
    }

    public void Advance(int length) => _length += length;

    /// <summary>Gives the pooled array back, where there is one.</summary>
    public void Dispose()
    {
        if (_rented is null)
            return;
        // It may hold a token.
        _rented.AsSpan(0, _length).Clear();
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int length)
    {
        var room = Reserve(length)[..length];
        _length += length;
        return room;
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + length));
        Written.CopyTo(larger);
        var outgrown = _rented;
        _rented = larger;
        _buffer = larger;
        if (outgrown is not null)
        {
            outgrown.AsSpan(0, _length).Clear();
            ArrayPool<byte>.Shared.Return(outgrown);
        }
    }
}
