using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Portcullis.Tokens;

/// <summary>The one text form in which viewer addresses enter a MAC.</summary>
public static class ViewerAddress
{
    /// <summary>
    /// IPv4 in dotted decimals; IPv6 as 8 groups of 4 lower-case hexadecimal digits (SMDE v1's expansion); an IPv4-mapped IPv6
    /// address as IPv4. Null when the text is no address, or one in a spelling that others read differently: IPv4 with fewer than
    /// four parts or with leading zeros, brackets, ports and zones.
    /// </summary>
    public static string? Canonical(string text) =>
        !text.AsSpan().ContainsAny('[', '%') && IPAddress.TryParse(text, out var address) && (text.Contains(':') || address.ToString() == text)
            ? Canonical(address)
            : null;

    /// <inheritdoc cref="Canonical(string)"/>
    public static string Canonical(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return string.Create(39, BinaryPrimitives.ReadUInt128BigEndian(bytes), static (text, value) =>
        {
            for (var group = 0; group < 8; group++)
            {
                ((ushort)(value >> (112 - (16 * group)))).TryFormat(text[(group * 5)..], out _, "x4");
                if (group < 7)
                    text[(group * 5) + 4] = ':';
            }
        });
    }
}
