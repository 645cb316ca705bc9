namespace Portcullis.Traffic.Players;

/// <summary>How a player chooses renditions.</summary>
internal enum AbrMode : byte
{
    /// <summary>As high as the measured throughput allows, with hysteresis.</summary>
    Adaptive,

    /// <summary>One rendition for all.</summary>
    Fixed,

    /// <summary>Back and forth between two.</summary>
    Oscillating,
}
