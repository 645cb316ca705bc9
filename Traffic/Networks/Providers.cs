using Portcullis.Traffic.Randomness;
using static Portcullis.Traffic.Networks.Countries;
using static Portcullis.Traffic.Networks.NetworkUse;

namespace Portcullis.Traffic.Networks;

/// <summary>The operators that viewers, gateways, relays and servers are connected to.</summary>
internal static class Providers
{
    private static readonly Provider[] All =
    [
        Of(7922, UnitedStates, Residential, "73.0", 9, 0x2601_0000_0000_0000, 20),
        Of(701, UnitedStates, Residential, "71.160", 11, 0x2600_4040_0000_0000, 28),
        Of(7018, UnitedStates, Residential, "107.192", 11, 0x2600_1700_0000_0000, 28),
        Of(20115, UnitedStates, Residential, "66.190", 15, 0x2600_6c00_0000_0000, 28),
        Of(22773, UnitedStates, Residential, "68.96", 13, 0x2600_8800_0000_0000, 28),
        Of(21928, UnitedStates, Mobile, "172.56", 14, 0x2607_fb90_0000_0000, 28),
        Of(20057, UnitedStates, Mobile, "166.196", 14, 0x2600_0380_0000_0000, 28),
        Of(6167, UnitedStates, Mobile, "174.192", 11, 0x2600_1000_0000_0000, 28),
        Of(3320, Germany, Residential, "87.128", 10, 0x2003_0000_0000_0000, 19),
        Of(3209, Germany, Residential, "88.64", 12, 0x2a02_8070_0000_0000, 32),
        Of(6805, Germany, Residential, "77.0", 13, 0x2a02_3100_0000_0000, 32),
        Of(8881, Germany, Residential, "89.244", 14, 0x2001_16b8_0000_0000, 32),
        Of(60294, Germany, SharedResidential, "100.42", 20, 0x2a00_6020_0000_0000, 32),
        Of(3320, Germany, Mobile, "80.187", 16, 0x2a01_0598_0000_0000, 29),
        Of(3209, Germany, Mobile, "109.40", 15, 0x2a00_0020_0000_0000, 32),
        Of(6805, Germany, Mobile, "46.114", 15, 0x2a02_3030_0000_0000, 32),
        Of(2856, UnitedKingdom, Residential, "86.128", 11, 0x2a00_23c0_0000_0000, 26),
        Of(5607, UnitedKingdom, Residential, "90.192", 11, 0x2a02_0c7c_0000_0000, 30),
        Of(5089, UnitedKingdom, Residential, "82.0", 14, 0, 0),
        Of(206067, UnitedKingdom, Mobile, "92.40", 15, 0x2a02_6b60_0000_0000, 29),
        Of(12576, UnitedKingdom, Mobile, "213.205", 18, 0x2a01_4c80_0000_0000, 32),
        Of(13037, UnitedKingdom, SharedResidential, "212.69", 19, 0, 0),
        Of(3215, France, Residential, "90.0", 11, 0x2a01_cb00_0000_0000, 26),
        Of(12322, France, Residential, "82.64", 14, 0x2a01_0e0a_0000_0000, 28),
        Of(12322, France, SharedResidential, "88.160", 13, 0x2a01_0e34_0000_0000, 30),
        Of(15557, France, Residential, "77.192", 13, 0x2a02_8400_0000_0000, 25),
        Of(5410, France, Mobile, "176.128", 12, 0x2001_0861_0000_0000, 32),
        Of(51207, France, Mobile, "37.160", 12, 0x2a0d_e480_0000_0000, 29),
        Of(3352, Spain, Residential, "83.32", 12, 0, 0),
        Of(12479, Spain, Residential, "90.160", 12, 0x2a0c_5a80_0000_0000, 29),
        Of(15704, Spain, SharedResidential, "37.132", 14, 0, 0),
        Of(3352, Spain, Mobile, "95.120", 13, 0, 0),
        Of(3269, Italy, Residential, "79.0", 10, 0, 0),
        Of(12874, Italy, SharedResidential, "93.32", 11, 0x2001_0b07_0000_0000, 32),
        Of(1267, Italy, Residential, "151.24", 13, 0, 0),
        Of(30722, Italy, Mobile, "5.90", 15, 0, 0),
        Of(1136, Netherlands, Residential, "77.160", 11, 0x2a02_a440_0000_0000, 26),
        Of(33915, Netherlands, Residential, "84.104", 13, 0x2001_1c00_0000_0000, 23),
        Of(50266, Netherlands, Mobile, "84.241", 16, 0x2a02_4540_0000_0000, 32),
        Of(5617, Poland, Residential, "83.0", 11, 0x2a01_1100_0000_0000, 24),
        Of(12912, Poland, Mobile, "46.134", 15, 0x2a00_0f40_0000_0000, 29),
        Of(28573, Brazil, Residential, "177.32", 13, 0x2804_014c_0000_0000, 31),
        Of(27699, Brazil, Residential, "177.94", 15, 0x2804_0431_0000_0000, 32),
        Of(26599, Brazil, Mobile, "177.56", 14, 0x2804_018c_0000_0000, 31),
        Of(24560, India, Residential, "122.160", 12, 0x2401_4900_0000_0000, 32),
        Of(55836, India, Mobile, "49.32", 11, 0x2409_4000_0000_0000, 22),
        Of(45609, India, Mobile, "106.192", 11, 0x2401_4900_0000_0000, 32),
        Of(4713, Japan, Residential, "153.128", 9, 0x2400_4050_0000_0000, 30),
        Of(17676, Japan, Residential, "126.0", 9, 0x2400_2410_0000_0000, 28),
        Of(2516, Japan, Mobile, "106.128", 10, 0x240f_0000_0000_0000, 24),
        Of(9121, Turkey, Residential, "78.160", 11, 0, 0),
        Of(16135, Turkey, Mobile, "178.240", 13, 0, 0),
        Of(16509, UnitedStates, Hosting, "52.0", 11, 0x2600_1f18_0000_0000, 33),
        Of(14618, UnitedStates, Hosting, "3.208", 12, 0x2600_1f18_8000_0000, 33),
        Of(16509, Germany, Hosting, "18.184", 15, 0x2a05_d014_0000_0000, 36),
        Of(15169, UnitedStates, Hosting, "34.64", 10, 0x2600_1900_0000_0000, 28),
        Of(396982, Netherlands, Hosting, "34.90", 15, 0, 0),
        Of(8075, Netherlands, Hosting, "20.50", 15, 0, 0),
        Of(16276, France, Hosting, "51.68", 15, 0x2001_41d0_0000_0000, 32),
        Of(16276, Germany, Hosting, "135.125", 16, 0x2001_41d0_0700_0000, 40),
        Of(24940, Germany, Hosting, "65.108", 15, 0x2a01_04f8_0000_0000, 32),
        Of(14061, Netherlands, Hosting, "165.22", 16, 0x2a03_b0c0_0000_0000, 32),
        Of(14061, UnitedStates, Hosting, "159.203", 16, 0x2604_a880_0000_0000, 32),
        Of(63949, UnitedKingdom, Hosting, "172.104", 15, 0x2a01_7e00_0000_0000, 32),
        Of(20473, Netherlands, Hosting, "45.76", 15, 0x2001_19f0_0000_0000, 32),
        Of(60781, Netherlands, Hosting, "95.211", 16, 0, 0),
        Of(60781, Netherlands, Vpn, "81.17", 20, 0, 0),
        Of(9009, UnitedKingdom, Vpn, "185.242", 22, 0, 0),
        Of(9009, Germany, Vpn, "193.27", 21, 0, 0),
        Of(9009, France, Vpn, "146.70", 20, 0, 0),
        Of(9009, UnitedStates, Vpn, "37.120", 19, 0, 0),
        Of(9009, Spain, Vpn, "45.152", 22, 0, 0),
        Of(9009, Italy, Vpn, "217.138", 20, 0, 0),
        Of(212238, Germany, Vpn, "89.187", 19, 0, 0),
        Of(212238, UnitedKingdom, Vpn, "138.199", 19, 0, 0),
        Of(212238, UnitedStates, Vpn, "156.146", 19, 0, 0),
        Of(60068, Netherlands, Vpn, "195.181", 20, 0, 0),
        Of(136787, Poland, Vpn, "194.99", 22, 0, 0),
    ];

    private static readonly (uint Asn, uint V4, int V4Bits, ulong V6, int V6Bits)[] RelayBlocks =
    [
        (13335, Octets("104.28"), 17, 0x2a09_bac0_0000_0000, 30),
        (36183, Octets("172.224"), 12, 0x2a02_26f7_0000_0000, 32),
        (54113, Octets("146.75"), 17, 0x2a04_4e41_0000_0000, 32),
    ];

    private static readonly (uint Asn, uint V4, int V4Bits)[] GatewayBlocks =
    [
        (62044, Octets("165.225"), 17),
        (55256, Octets("163.116"), 17),
        (36692, Octets("146.112"), 17),
        (396982, Octets("34.98"), 16),
    ];

    private static readonly Provider[] Relays = EveryWhere(NetworkUse.Relay);
    private static readonly Provider[] Gateways = EveryWhere(CorporateGateway);

    /// <summary>An operator of a country; of another one where the country has none of that use.</summary>
    public static Provider Draw(Country country, NetworkUse use, ref Rng rng)
    {
        var from = use switch { NetworkUse.Relay => Relays, CorporateGateway => Gateways, _ => All };
        return TryDraw(from, country, use, ref rng) ?? TryDraw(from, null, use, ref rng)!;
    }

    /// <summary>An operator of a country other than <paramref name="but"/>.</summary>
    public static Provider DrawOther(Provider but, NetworkUse use, ref Rng rng)
    {
        Provider drawn;
        var tries = 0;
        do
            drawn = Draw(but.Country, use, ref rng);
        while (drawn == but && ++tries < 8);
        return drawn;
    }

    private static Provider? TryDraw(Provider[] from, Country? country, NetworkUse use, ref Rng rng)
    {
        Provider? drawn = null;
        var seen = 0;
        foreach (var provider in from)
        {
            if ((country is null || provider.Country == country) && provider.Use == use && rng.Below(++seen) == 0)
                drawn = provider;
        }
        return drawn;
    }

    /// <summary>Relays and gateways have egresses in every country.</summary>
    private static Provider[] EveryWhere(NetworkUse use)
    {
        Country[] countries = [UnitedStates, Germany, UnitedKingdom, France, Spain, Italy, Netherlands, Poland, Brazil, India, Japan, Turkey];
        var providers = new List<Provider>();
        for (var i = 0; i < countries.Length; i++)
        {
            // A slice of the block for each country.
            if (use == NetworkUse.Relay)
            {
                foreach (var block in RelayBlocks)
                    providers.Add(new Provider(block.Asn, countries[i], use, block.V4 + ((uint)i << 11), 21, block.V6 + ((ulong)i << 24), 40));
            }
            else
            {
                foreach (var block in GatewayBlocks)
                    providers.Add(new Provider(block.Asn, countries[i], use, block.V4 + ((uint)i << 10), 24, 0, 0));
            }
        }
        return [.. providers];
    }

    private static Provider Of(uint asn, Country country, NetworkUse use, string v4, int v4Bits, ulong v6, int v6Bits) =>
        new(asn, country, use, Octets(v4), v4Bits, v6, v6Bits);

    private static uint Octets(string firstTwo)
    {
        var dot = firstTwo.IndexOf('.', StringComparison.Ordinal);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return (uint.Parse(firstTwo[..dot], culture) << 24) | (uint.Parse(firstTwo[(dot + 1)..], culture) << 16);
    }
}
