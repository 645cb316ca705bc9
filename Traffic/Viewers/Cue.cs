namespace Portcullis.Traffic.Viewers;

/// <summary>Something that happens in a session at a time arranged before.</summary>
/// <param name="session">The session.</param>
/// <param name="now">Epoch milliseconds.</param>
internal delegate void Cue(Session session, long now);
