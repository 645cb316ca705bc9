using Portcullis.Traffic.Lines;

namespace Portcullis.Traffic.Networks;

/// <summary>Addresses as text: IPv4 in dotted decimals, IPv6 as RFC 5952 recommends.</summary>
internal static class AddressText
{
    public static void WriteV4(uint address, ref Utf8Writer writer)
    {
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            writer.Number((address >> shift) & 255);
            if (shift > 0)
                writer.Put((byte)'.');
        }
    }

    public static void WriteV6(UInt128 address, ref Utf8Writer writer)
    {
        int longestStart = -1, longest = 1, start = -1;
        for (var i = 0; i < 8; i++)
        {
            if (Group(address, i) != 0)
            {
                start = -1;
                continue;
            }
            if (start < 0)
                start = i;
            if (i - start + 1 > longest)
                (longestStart, longest) = (start, i - start + 1);
        }
        for (var i = 0; i < 8; i++)
        {
            if (i == longestStart)
            {
                writer.Put("::"u8);
                i += longest - 1;
                continue;
            }
            if (i > 0 && i != longestStart + longest)
                writer.Put((byte)':');
            var group = Group(address, i);
            writer.Hex(group, group > 0xFFF ? 4 : group > 0xFF ? 3 : group > 0xF ? 2 : 1);
        }
    }

    private static ushort Group(UInt128 address, int index) => (ushort)(address >> ((7 - index) * 16));
}
