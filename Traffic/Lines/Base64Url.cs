using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Lines;

/// <summary>Random texts of base64url and base-62 characters.</summary>
internal static class Base64Url
{
    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    public static void Fill(Span<byte> text, ref Rng rng)
    {
        while (!text.IsEmpty)
        {
            var bits = rng.Next();
            var length = Math.Min(10, text.Length);
            for (var i = 0; i < length; i++, bits >>= 6)
                text[i] = Alphabet[(int)(bits & 63)];
            text = text[length..];
        }
    }

    public static void FillAlphanumeric(Span<byte> text, ref Rng rng)
    {
        foreach (ref var character in text)
            character = Alphabet[rng.Below(62)];
    }
}
