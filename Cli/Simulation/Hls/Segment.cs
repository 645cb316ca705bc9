namespace Portcullis.Cli.Simulation.Hls;

/// <summary>A media segment of a playlist.</summary>
/// <param name="Sequence">Media sequence number.</param>
/// <param name="Duration">Play time.</param>
/// <param name="Media">The segment itself.</param>
/// <param name="Prerequisites">What must be loaded before: initialization section and key.</param>
internal sealed record Segment(long Sequence, TimeSpan Duration, MediaResource Media, IReadOnlyList<MediaResource> Prerequisites);
