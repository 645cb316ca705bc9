namespace Portcullis.Traffic.Viewers;

/// <summary>What must be given for a kind of session to be possible.</summary>
[Flags]
internal enum Needs
{
    None = 0,
    Live = 1,
    OnDemand = 2,

    /// <summary>A live event that one can go back in.</summary>
    Dvr = 4 | Live,

    /// <summary>Advertisements in the stream.</summary>
    Advertisements = 8,

    /// <summary>Several angles.</summary>
    Angles = 16 | Live,

    /// <summary>A next episode.</summary>
    Series = 32 | OnDemand,

    /// <summary>No advertisements in the stream.</summary>
    NoAdvertisements = 64,

    Browser = 128,
    Phone = 256,
    Apple = 512,

    /// <summary>Time for something to happen: no visit of a minute.</summary>
    Stay = 1024,

    /// <summary>From the beginning of the event, or the recording, to the end.</summary>
    Whole = 2048,

    /// <summary>A picture index that a player can scan: transport streams.</summary>
    IFrames = 4096,
}
