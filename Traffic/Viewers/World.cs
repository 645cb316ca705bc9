using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Randomness;
using Portcullis.Traffic.Time;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Viewers;

/// <summary>What all sessions share: the event, the titles, the appointments, and the way of log lines to their reader.</summary>
internal sealed class World
{
    private const double Lost = 0.003, Doubled = 0.003, Late = 0.004;

    private readonly double _logged;
    private Rng _delivery;

    public World(TrafficOptions options)
    {
        Options = options;
        Start = options.Start.ToUnixTimeMilliseconds();
        End = Start + (options.Minutes * 60_000L);
        Titles = TitleCatalogue.Create(options.Seed, Start);
        Match = Match.Play(options.Seed, Start, End - Start);
        Wheel = new DeliveryWheel(Start);
        _delivery = Rng.For(options.Seed, 10, 0);
        _logged = options.Sampling / 100.0;
        var rng = Rng.For(options.Seed, 11, 0);
        Sites = new Link[Math.Max(3, options.Viewers / 400)];
        for (var i = 0; i < Sites.Length; i++)
            Sites[i] = Link.Draw(Providers.Draw(Countries.Draw(ref rng), NetworkUse.Residential, ref rng), false, ref rng);
    }

    public TrafficOptions Options { get; }

    /// <summary>Epoch milliseconds.</summary>
    public long Start { get; }

    /// <inheritdoc cref="Start"/>
    public long End { get; }

    public TitleCatalogue Titles { get; }

    public Match Match { get; }

    public ActorQueue Queue { get; } = new();

    public DeliveryWheel Wheel { get; }

    /// <summary>Schools, hotels and offices: addresses that many viewers share.</summary>
    public Link[] Sites { get; }

    /// <summary>Sends a line to the reader: mostly within seconds, some late, some twice, some never.</summary>
    public void Log(in LineRecord record)
    {
        if (record.Time >= End || _delivery.Chance(Lost) || (_logged < 1 && !_delivery.Chance(_logged)))
            return;
        var arrival = record.Time + Delay();
        Wheel.Send(record, arrival);
        if (_delivery.Chance(Doubled))
            Wheel.Send(record, arrival + _delivery.Milliseconds(0.05, 30));
    }

    private long Delay() => _delivery.Chance(Late) ? _delivery.Milliseconds(5, 55) : _delivery.Milliseconds(0.8, 2) + (long)Math.Min(3_000, _delivery.Exponential(700));
}
