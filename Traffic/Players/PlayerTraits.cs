using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Players;

/// <summary>How a player behaves. Shared by the instances that one device has after another.</summary>
internal sealed record PlayerTraits
{
    /// <summary>Milliseconds of media that it keeps ahead.</summary>
    public int Buffer { get; set; }

    /// <summary>Share of <see cref="Buffer"/> at which it starts to fill again; 1 for a segment as soon as there is room.</summary>
    public double LowWater { get; set; } = 1;

    /// <summary>Milliseconds of played media that it keeps, so that a short way back needs no request.</summary>
    public int KeepBack { get; set; }

    public AbrMode Abr { get; set; }

    /// <summary>Highest rendition it takes; with <see cref="AbrMode.Fixed"/> the one.</summary>
    public int Cap { get; set; } = 9;

    /// <summary>Whether it fetches buffered positions again in a better quality.</summary>
    public bool Refetches { get; set; }

    public bool Subtitles { get; set; }

    public bool SendsCmcd { get; set; }

    public bool CmcdInQuery { get; set; }

    /// <summary>Whether the browser asks permission for the CMCD headers of each URL (CORS).</summary>
    public bool Preflights { get; set; }

    /// <summary>Whether the player looks at the head of the playlist before it gets it.</summary>
    public bool AsksHead { get; set; }

    /// <summary>Chance that a segment request fails.</summary>
    public double ErrorChance { get; set; } = 0.0012;

    /// <summary>Congestions per minute.</summary>
    public double Congestion { get; set; } = 0.04;

    /// <summary>Playback rate.</summary>
    public double Rate { get; set; } = 1;

    /// <summary>Milliseconds behind the usual distance to the live edge.</summary>
    public int LiveOffset { get; set; }

    public bool LowLatency { get; set; }

    /// <summary>Whether another player, with another CMCD id, plays the advertisements.</summary>
    public bool PlayerPerBreak { get; set; }

    /// <summary>Milliseconds between the moments that a tab in the background may run in; 0 in the foreground.</summary>
    public int Throttle { get; set; }

    /// <summary>The ways of a device's player.</summary>
    public static PlayerTraits Of(Device device, ref Rng rng)
    {
        var traits = new PlayerTraits
        {
            SendsCmcd = device.SpeaksCmcd && rng.Chance(0.7),
            Subtitles = rng.Chance(0.15),
            LiveOffset = (int)(rng.Unit() * rng.Unit() * 9000),
            LowLatency = rng.Chance(0.55),
        };
        traits.CmcdInQuery = traits.SendsCmcd && rng.Chance(0.2);
        switch (device.Class)
        {
            case DeviceClass.Browser:
                traits.Buffer = rng.Between(20, 60) * 1000;
                traits.KeepBack = rng.Chance(0.6) ? int.MaxValue : 30_000;
                traits.Refetches = rng.Chance(0.4);
                traits.Preflights = traits.SendsCmcd && !traits.CmcdInQuery && rng.Chance(0.15);
                break;
            case DeviceClass.ApplePlayer:
                traits.Buffer = rng.Between(30, 60) * 1000;
                traits.LowWater = rng.Chance(0.5) ? 1 : 0.6;
                traits.KeepBack = rng.Between(0, 40) * 1000;
                break;
            case DeviceClass.AndroidApp:
                traits.Buffer = 50_000;
                traits.LowWater = rng.Chance(0.7) ? 1 : 0.4;
                traits.Cap = rng.Chance(0.5) ? 2 : 3;
                traits.Refetches = rng.Chance(0.15);
                break;
            case DeviceClass.Television:
                traits.Buffer = rng.Between(20, 45) * 1000;
                traits.LowWater = rng.Chance(0.6) ? 1 : 0.5;
                traits.AsksHead = rng.Chance(0.15);
                break;
            default:
                traits.Buffer = rng.Between(8, 40) * 1000;
                traits.Abr = AbrMode.Fixed;
                traits.Cap = 9;
                traits.AsksHead = rng.Chance(0.5);
                break;
        }
        return traits;
    }
}
