using System.Buffers.Binary;

namespace Portcullis.Logs;

/// <summary>
/// A 64-bit hash whose values may be stored: the same on every machine and in every version. Not for secrets. (The feed serves no
/// System.IO.Hashing, and <see cref="HashCode"/> differs from process to process.)
/// </summary>
/// <remarks>Multiply-and-fold over 8 bytes at a time, as in wyhash.</remarks>
internal static class StableHash
{
    private const ulong P0 = 0xa0761d6478bd642f, P1 = 0xe7037ed1a0b428db, P2 = 0x8ebc6af09c88c6e3;

    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        var state = seed ^ P0 ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            state = Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ P1, state ^ P2);
            bytes = bytes[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < bytes.Length; i++)
            tail |= (ulong)bytes[i] << (8 * i);
        return Finish(Fold(tail ^ P1, state ^ P0));
    }

    public static ulong Of(UInt128 value, ulong seed = 0) => Finish(Fold((ulong)value ^ P1, (ulong)(value >> 64) ^ seed ^ P2));

    /// <summary>Counted-up texts differ in few bits; here each of them reaches all.</summary>
    private static ulong Finish(ulong value)
    {
        value = (value ^ (value >> 32)) * P2;
        return value ^ (value >> 29);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
