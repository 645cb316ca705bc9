using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>A pirate's pool of proxies: another address and another user agent every few requests.</summary>
/// <param name="country">Where the proxies are.</param>
/// <param name="use">Networks that the proxies are in.</param>
/// <param name="stay">Requests between two changes, on average.</param>
internal sealed class RotatingRoute(Country country, NetworkUse use, int stay) : Route
{
    private Link? _link;
    private Device? _agent;
    private int _left;

    public override Link Pick(long now, ref Rng rng)
    {
        if (_link is null || --_left < 0)
        {
            _link = Link.Draw(Providers.Draw(country, use, ref rng), rng.Chance(0.2), ref rng);
            _agent = DeviceCatalogue.Draw(ref rng);
            _left = rng.Between(1, (2 * stay) - 1);
        }
        return _link;
    }

    public override Device Agent(Device own) => _agent ?? own;
}
