using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>A privacy relay: each of a few connections has an egress of its own, of any of the relay's operators; connections come and go.</summary>
internal sealed class RelayRoute : Route
{
    private const double Renewal = 0.02;

    private readonly Country _country;
    private readonly Link[] _connections;

    public RelayRoute(Country country, int connections, ref Rng rng)
    {
        _country = country;
        _connections = new Link[connections];
        foreach (ref var connection in _connections.AsSpan())
            connection = Draw(ref rng);
    }

    public override Link Pick(long now, ref Rng rng)
    {
        ref var connection = ref _connections[rng.Below(_connections.Length)];
        if (rng.Chance(Renewal))
            connection = Draw(ref rng);
        return connection;
    }

    private Link Draw(ref Rng rng) => Link.Draw(Providers.Draw(_country, NetworkUse.Relay, ref rng), rng.Chance(0.6), ref rng);
}
