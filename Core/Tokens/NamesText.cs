using System.Text.Json;

namespace Portcullis.Tokens;

/// <summary>JSON strings separated by commas, or by colons in an object, read in place.</summary>
/// <param name="text">What stands between the brackets, compact.</param>
internal readonly ref struct NamesText(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    public bool IsEmpty => _text.IsEmpty;

    public Enumerator GetEnumerator() => new(_text);

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

    /// <summary>Walks through the strings, unescaped; only one with an escape costs an allocation.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            var text = _rest[1..];
            var length = text.IndexOfAny((byte)'"', (byte)'\\');
            if (text[length] == '"')
            {
                Current = text[..length];
            }
            else
            {
                length = LengthOfString(text);
                Current = Unescape(_rest[..(length + 2)]);
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
}
