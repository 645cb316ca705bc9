using System.Buffers.Binary;
using System.Net;

namespace Portcullis.Logs;

/// <summary>Viewer addresses as numbers.</summary>
public static class ClientAddress
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    /// <summary>Reads an IPv4 or IPv6 address; IPv4 becomes IPv4-mapped. No allocation for IPv4.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 address)
    {
        if (TryParseV4(text, out var v4))
        {
            address = MappedPrefix | v4;
            return true;
        }
        address = 0;
        if (text.IndexOf((byte)':') < 0 || text.Length > 64 || text.IndexOf((byte)'%') >= 0 || !IPAddress.TryParse(text, out var parsed))
            return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out var written) || written != 16)
            return false;
        address = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>Whether the number is an IPv4-mapped address.</summary>
    public static bool IsV4(UInt128 address) => address >> 32 == 0xFFFF;

    /// <summary>
    /// The number that one home or one device's uplink keeps: an IPv4 address whole, the first 64 bits of an IPv6 address.
    /// </summary>
    public static UInt128 Network(UInt128 address) => IsV4(address) ? address : address >> 64 << 64;

    private static bool TryParseV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        if (text.Length is < 7 or > 15)
            return false;
        int octet = 0, digits = 0, dots = 0;
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++dots > 3)
                    return false;
                address = (address << 8) | (uint)octet;
                octet = digits = 0;
            }
            else
            {
                if (c is < (byte)'0' or > (byte)'9' || ++digits > 3 || (octet = (octet * 10) + c - '0') > 255)
                    return false;
            }
        }
        address = (address << 8) | (uint)octet;
        return dots == 3 && digits > 0;
    }
}
