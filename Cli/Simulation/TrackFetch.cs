namespace Portcullis.Cli.Simulation;

/// <summary>A segment that arrived.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Took">From the request to the last byte.</param>
internal readonly record struct TrackFetch(long Bytes, TimeSpan Took);
