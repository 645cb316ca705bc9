using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks;

/// <summary>Where a viewer lives: a line, and the mobile operator of the phones there.</summary>
/// <param name="Line">The line that devices at home use.</param>
/// <param name="Mobile">The mobile operator.</param>
internal sealed record Home(Link Line, Provider Mobile)
{
    public Country Country => Line.Provider.Country;

    public static Home Draw(Country country, ref Rng rng) => Draw(Providers.Draw(country, NetworkUse.Residential, ref rng), ref rng);

    public static Home Draw(Provider provider, ref Rng rng) =>
        new(Link.Draw(provider, rng.Chance(0.5), ref rng), Providers.Draw(provider.Country, NetworkUse.Mobile, ref rng));

    /// <summary>A mobile connection of a phone of this home.</summary>
    public Link DrawMobile(ref Rng rng) => Link.Draw(Mobile, rng.Chance(0.6), ref rng);
}
