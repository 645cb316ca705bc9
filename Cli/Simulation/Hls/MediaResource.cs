namespace Portcullis.Cli.Simulation.Hls;

/// <summary>Something a player fetches whole: a segment, an initialization section or a key.</summary>
/// <param name="Location">Absolute URL.</param>
/// <param name="Range">The part of it, or null for all.</param>
internal sealed record MediaResource(Uri Location, ByteRange? Range = null);
