using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks;

/// <summary>A way from a device to the edge: an address, its operator, and how fast it is.</summary>
internal sealed class Link
{
    private const int CarrierPool = 96;

    /// <summary>The address: IPv4 in the lowest 32 bits.</summary>
    public UInt128 Address { get; private init; }

    public bool IsV6 { get; private init; }

    public required Provider Provider { get; init; }

    /// <summary>The edge location it comes out at.</summary>
    public required byte[] Location { get; init; }

    /// <summary>Kilobits per second on a good moment.</summary>
    public int Speed { get; init; }

    /// <summary>Round trip, milliseconds.</summary>
    public int RoundTrip { get; init; }

    /// <summary>A customer's connection; behind carrier-grade NAT, one of the operator's few addresses.</summary>
    public static Link Draw(Provider provider, bool v6, ref Rng rng)
    {
        v6 &= provider.HasV6;
        return new Link
        {
            Provider = provider,
            IsV6 = v6,
            Address = v6 ? DrawV6(provider, ref rng) : DrawV4(provider, ref rng),
            Location = rng.Pick(provider.Country.Locations),
            Speed = DrawSpeed(provider.Use, ref rng),
            RoundTrip = provider.Use == NetworkUse.Mobile ? rng.Between(30, 90) : rng.Between(6, 40),
        };
    }

    /// <summary>Another IPv6 address in the same network: another device of the home, or a temporary address.</summary>
    public Link Neighbour(ref Rng rng) => IsV6 ? With(((Address >> 64) << 64) | rng.Next()) : this;

    /// <summary>The same line with another address of the same family and operator: a re-dial, or another NAT address.</summary>
    public Link Readdressed(ref Rng rng) => With(IsV6 ? DrawV6(Provider, ref rng) : DrawV4(Provider, ref rng));

    /// <summary>The same line in the other family; itself where the operator has no IPv6.</summary>
    public Link OtherFamily(ref Rng rng) => !Provider.HasV6 ? this : new Link
    {
        Provider = Provider,
        IsV6 = !IsV6,
        Address = IsV6 ? DrawV4(Provider, ref rng) : DrawV6(Provider, ref rng),
        Location = Location,
        Speed = Speed,
        RoundTrip = RoundTrip,
    };

    public void WriteAddress(ref Utf8Writer writer)
    {
        if (IsV6)
            AddressText.WriteV6(Address, ref writer);
        else
            AddressText.WriteV4((uint)Address, ref writer);
    }

    private Link With(UInt128 address) =>
        new() { Provider = Provider, IsV6 = IsV6, Address = address, Location = Location, Speed = Speed, RoundTrip = RoundTrip };

    private static UInt128 DrawV4(Provider provider, ref Rng rng)
    {
        var host = provider.Use switch
        {
            NetworkUse.Mobile or NetworkUse.SharedResidential => (uint)rng.Below(CarrierPool) * 13,
            NetworkUse.Vpn or NetworkUse.CorporateGateway => (uint)rng.Below(60),
            _ => (uint)(rng.Next() >> (32 + provider.V4Bits)),
        };
        return provider.V4 + ((host % (1u << (32 - provider.V4Bits))) + (provider.Use is NetworkUse.Residential or NetworkUse.Hosting ? 0u : 4u));
    }

    private static UInt128 DrawV6(Provider provider, ref Rng rng)
    {
        var network = provider.V6 | (rng.Next() >> provider.V6Bits);
        if (provider.Use == NetworkUse.Residential)
            network &= ~0xFEUL;
        return ((UInt128)network << 64) | rng.Next();
    }

    private static int DrawSpeed(NetworkUse use, ref Rng rng) => use switch
    {
        NetworkUse.Mobile => rng.Between(3_500, 60_000),
        NetworkUse.Hosting => rng.Between(200_000, 900_000),
        NetworkUse.Relay or NetworkUse.Vpn => rng.Between(12_000, 90_000),
        NetworkUse.CorporateGateway => rng.Between(8_000, 60_000),
        _ => rng.Chance(0.12) ? rng.Between(3_000, 12_000) : rng.Between(14_000, 240_000),
    };
}
