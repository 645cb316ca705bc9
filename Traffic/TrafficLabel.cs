namespace Portcullis.Traffic;

/// <summary>The truth about one session.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Label">Such as <c>viewer:relay</c> or <c>shared:3</c>.</param>
/// <param name="FirstOffence">Epoch milliseconds; null for viewers, and for sharers who never watched at the same time.</param>
/// <param name="FirstVideo">Epoch milliseconds; 0 for a session without video.</param>
/// <param name="LastVideo">Epoch milliseconds.</param>
public sealed record TrafficLabel(string Sid, string Label, long? FirstOffence, long FirstVideo, long LastVideo);
