namespace Portcullis.Local.Edge;

/// <summary>A segment of a VOD playlist.</summary>
/// <param name="Uri">The segment's URI as the playlist gives it.</param>
/// <param name="Duration">Its EXTINF.</param>
internal readonly record struct VodSegment(string Uri, TimeSpan Duration);
