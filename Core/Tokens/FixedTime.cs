using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Portcullis.Tokens;

/// <summary>
/// Compares MACs in a time that depends on their length only. (The framework's own comparison goes byte by byte without optimisation: for
/// two MACs it took a fifth of the time of computing them.)
/// </summary>
internal static class FixedTime
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length || left.Length < sizeof(ulong))
            return left.Length == right.Length && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(left, right);
        ulong difference = 0;
        var leftWords = MemoryMarshal.Cast<byte, ulong>(left);
        var rightWords = MemoryMarshal.Cast<byte, ulong>(right);
        for (var i = 0; i < leftWords.Length && i < rightWords.Length; i++)
            difference |= leftWords[i] ^ rightWords[i];
        // The last eight bytes, whatever of them has been compared before.
        difference |= BinaryPrimitives.ReadUInt64LittleEndian(left[^sizeof(ulong)..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(right[^sizeof(ulong)..]);
        return difference == 0;
    }
}
