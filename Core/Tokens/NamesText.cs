using System.Text.Json;

namespace Portcullis.Tokens;

/// <summary>JSON strings separated by commas, or by colons in an object, taken one after the other where they stand.</summary>
/// <param name="text">What stands between the brackets, compact; a copy of it may be taken again.</param>
internal ref struct NamesText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Whether none is left.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Bytes until the quote that ends a string; -1 when none does.</summary>
    public static int LengthOfString(ReadOnlySpan<byte> text)
    {
        for (var at = 0; ;)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return -1;
            at += next;
            if (text[at] == '"')
                return at;
            at += 2;
            if (at > text.Length)
                return -1;
        }
    }

    /// <summary>Takes the next string, unescaped; only one with an escape costs an allocation. False when none is left.</summary>
    public bool TryTake(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (_rest.IsEmpty)
            return false;
        var text = _rest[1..];
        var length = text.IndexOfAny((byte)'"', (byte)'\\');
        if (text[length] == '"')
        {
            name = text[..length];
        }
        else
        {
            length = LengthOfString(text);
            name = Unescape(_rest[..(length + 2)]);
        }
        // Behind the closing quote stands a comma, a colon, or nothing.
        _rest = text[Math.Min(text.Length, length + 2)..];
        return true;
    }

    private static byte[] Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var text = new byte[quoted.Length];
        return text[..reader.CopyString(text)];
    }
}
