using System.Globalization;
using System.Text;

namespace Portcullis.Traffic.Networks;

/// <summary>What a network's addresses are used for.</summary>
internal enum NetworkUse : byte
{
    Residential,

    /// <summary>Mobile, always behind carrier-grade NAT in IPv4.</summary>
    Mobile,

    /// <summary>Residential behind carrier-grade NAT in IPv4.</summary>
    SharedResidential,
    Hosting,
    Vpn,
    Relay,
    CorporateGateway,
}

/// <summary>An autonomous system in one country, with an address block that is plausible for it.</summary>
/// <remarks>Numbers of autonomous systems are real; a block is a part of what the operator announces, as far as known, and not its whole.</remarks>
internal sealed class Provider(uint asn, Country country, NetworkUse use, uint v4, int v4Bits, ulong v6, int v6Bits)
{
    public uint Asn { get; } = asn;

    public Country Country { get; } = country;

    public NetworkUse Use { get; } = use;

    /// <summary>First address and length of the IPv4 block.</summary>
    public uint V4 { get; } = v4;

    public int V4Bits { get; } = v4Bits;

    /// <summary>First 64 bits and length of the IPv6 block; length 0 where the operator has none for its customers.</summary>
    public ulong V6 { get; } = v6;

    public int V6Bits { get; } = v6Bits;

    public bool HasV6 => V6Bits > 0;

    public byte[] AsnText { get; } = Encoding.ASCII.GetBytes(asn.ToString(CultureInfo.InvariantCulture));
}
