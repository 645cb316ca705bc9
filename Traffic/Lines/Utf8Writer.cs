using System.Buffers.Text;

namespace Portcullis.Traffic.Lines;

/// <summary>Writes a line's text into a buffer that is large enough for any.</summary>
internal ref struct Utf8Writer(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _length;

    public readonly int Length => _length;

    public void Put(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer[_length..]);
        _length += text.Length;
    }

    public void Put(byte character) => _buffer[_length++] = character;

    public void Tab() => _buffer[_length++] = (byte)'\t';

    /// <summary>A dash and a tab: nothing in this field.</summary>
    public void Nothing()
    {
        Put((byte)'-');
        Tab();
    }

    /// <summary>A field that may be empty, and its tab.</summary>
    public void Field(scoped ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            Put((byte)'-');
        else
            Put(text);
        Tab();
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer[_length..], out var written);
        _length += written;
    }

    /// <summary>A number with leading zeros.</summary>
    public void Number(long value, int digits)
    {
        if (digits <= 1)
        {
            Number(value);
            return;
        }
        var room = _buffer.Slice(_length, digits);
        var rest = value;
        for (var i = digits - 1; i >= 0; i--, rest /= 10)
            room[i] = (byte)('0' + (rest % 10));
        if (rest == 0)
            _length += digits;
        else
            Number(value);
    }

    /// <summary>Seconds with three decimals.</summary>
    public void Seconds(long milliseconds)
    {
        Number(milliseconds / 1000);
        Put((byte)'.');
        Number(milliseconds % 1000, 3);
    }

    public void Hex(ulong value, int digits)
    {
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
            Put("0123456789abcdef"u8[(int)((value >> shift) & 15)]);
    }

    /// <summary>A random 54 characters and two equals signs, as request ids are.</summary>
    public void RequestId(ulong seed)
    {
        var rng = new Randomness.Rng(seed);
        Base64Url.Fill(_buffer.Slice(_length, 54), ref rng);
        _length += 54;
        Put("=="u8);
    }
}
