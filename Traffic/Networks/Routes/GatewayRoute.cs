using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>A corporate gateway that sends requests out through its addresses in turn.</summary>
internal sealed class GatewayRoute(Link[] egresses) : Route
{
    private int _turn;

    public override Link Pick(long now, ref Rng rng)
    {
        // Not strictly in turn: others use the gateway, too.
        _turn = (_turn + 1 + (rng.Chance(0.2) ? 1 : 0)) % egresses.Length;
        return egresses[_turn];
    }
}
