using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>Two lines that carry at once, such as DSL and LTE bonded in a router, or a second line that helps a weak first one.</summary>
/// <param name="main">The line that carries most.</param>
/// <param name="other">The other.</param>
/// <param name="share">Share of requests that the other carries.</param>
internal sealed class BondedRoute(Link main, Link other, double share) : Route
{
    public override Link Pick(long now, ref Rng rng) => rng.Chance(share) ? other : main;
}
