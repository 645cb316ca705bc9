using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>IPv4 and IPv6 of one line: each new connection takes what answers first (RFC 8305).</summary>
/// <param name="first">One family.</param>
/// <param name="second">The other.</param>
/// <param name="switching">Chance that a request goes over another connection than the one before.</param>
internal sealed class DualStackRoute(Link first, Link second, double switching) : Route
{
    private bool _onSecond;

    public override Link Pick(long now, ref Rng rng)
    {
        _onSecond ^= rng.Chance(switching);
        return _onSecond ? second : first;
    }
}
