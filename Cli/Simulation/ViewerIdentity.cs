using System.Globalization;

namespace Portcullis.Cli.Simulation;

/// <summary>How one viewer appears to the edge: its network, place and browser.</summary>
/// <param name="Address">IPv4 address out of a range reserved for documentation or benchmarks.</param>
/// <param name="Port">Source port.</param>
/// <param name="Asn">Autonomous system number out of those reserved for documentation.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Region">ISO 3166-2 without the country.</param>
/// <param name="City">City name.</param>
/// <param name="UserAgent">Browser or player.</param>
internal sealed record ViewerIdentity(string Address, int Port, long Asn, string Country, string Region, string City, string UserAgent)
{
    /// <summary>How many distinct networks <see cref="Number"/> can give out.</summary>
    public const int MostNetworks = 500;

    private const string WebKit = "AppleWebKit/537.36 (KHTML, like Gecko)";

    private static readonly (string Country, string Region, string City)[] Places =
    [
        ("DE", "BE", "Berlin"), ("FR", "IDF", "Paris"), ("ES", "MD", "Madrid"), ("PL", "14", "Warsaw"), ("IT", "25", "Milan"),
        ("GB", "ENG", "London"), ("NL", "NH", "Amsterdam"), ("SE", "AB", "Stockholm"), ("PT", "11", "Lisbon"), ("AT", "9", "Vienna"),
    ];

    private static readonly string[] UserAgents =
    [
        $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WebKit} Chrome/138.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
        $"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WebKit} Chrome/138.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        $"Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) {WebKit} Version/8.0 TV Safari/537.36",
        "AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; en_us)",
        $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WebKit} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
    ];

    /// <summary>The viewer with a number: no two share a /24, and neighbours differ in everything.</summary>
    /// <param name="number">0 to 499.</param>
    public static ViewerIdentity Number(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, MostNetworks);
        var place = Places[number % Places.Length];
        return new ViewerIdentity(
            Network(number) + (10 + (number * 37 % 200)).ToString(CultureInfo.InvariantCulture),
            40000 + (number * 131 % 20000),
            SystemNumber(number),
            place.Country,
            place.Region,
            place.City,
            UserAgents[number % UserAgents.Length]);
    }

    /// <summary>The same device in the same city on another network.</summary>
    public ViewerIdentity OnNetworkOf(ViewerIdentity other) => this with { Address = other.Address, Port = other.Port, Asn = other.Asn };

    // RFC 5737 has three documentation networks; RFC 2544 reserves 198.18.0.0/15 for benchmarks.
    private static string Network(int number) => number switch
    {
        0 => "198.51.100.",
        1 => "203.0.113.",
        2 => "192.0.2.",
        _ => $"198.{18 + (number / 256)}.{number % 256}.",
    };

    // RFC 5398: 64496-64511 and 65536-65551 are for documentation; beyond them RFC 6996's private numbers.
    private static long SystemNumber(int number) => number switch
    {
        < 16 => 64496 + number,
        < 32 => 65536 + number - 16,
        _ => 4_200_000_000 + number,
    };
}
