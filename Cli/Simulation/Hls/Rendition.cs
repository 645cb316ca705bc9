namespace Portcullis.Cli.Simulation.Hls;

/// <summary>A variant stream of a master playlist.</summary>
/// <param name="Playlist">Its media playlist.</param>
/// <param name="Bandwidth">Peak bits per second; 0 when unknown.</param>
/// <param name="Audio">The media playlist of its separate audio, or null when audio is in the segments.</param>
internal sealed record Rendition(Uri Playlist, long Bandwidth, Uri? Audio);
