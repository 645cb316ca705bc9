using System.Globalization;
using System.Net;

namespace Portcullis.Tokens.Signed;

/// <summary>The address condition of a policy: an address, or a range in CIDR notation whose host bits do not matter.</summary>
internal static class AddressRange
{
    public static bool Holds(string range, IPAddress? viewer)
    {
        var slash = range.IndexOf('/');
        if (viewer is null || !IPAddress.TryParse(slash < 0 ? range : range[..slash], out var network))
            return false;
        byte[] left = Bytes(network), right = Bytes(viewer);
        var bits = left.Length * 8;
        if (slash >= 0 && (!int.TryParse(range.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > left.Length * 8))
            return false;
        if (left.Length != right.Length)
            return false;
        var whole = bits / 8;
        return left.AsSpan(0, whole).SequenceEqual(right.AsSpan(0, whole))
            && (bits % 8 == 0 || (left[whole] ^ right[whole]) >> (8 - (bits % 8)) == 0);
    }

    private static byte[] Bytes(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
}
