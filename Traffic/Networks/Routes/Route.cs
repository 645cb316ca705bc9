using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks.Routes;

/// <summary>Which way each request of a device takes.</summary>
internal abstract class Route
{
    public abstract Link Pick(long now, ref Rng rng);

    /// <summary>The device that a request claims to come from.</summary>
    public virtual Device Agent(Device own) => own;
}

/// <summary>One way for all requests, until it is replaced: one address, or one network after the other.</summary>
internal sealed class SingleRoute(Link link) : Route
{
    /// <summary>The way of the next request.</summary>
    public Link Link { get; set; } = link;

    public override Link Pick(long now, ref Rng rng) => Link;
}
