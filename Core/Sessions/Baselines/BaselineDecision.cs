namespace Portcullis.Sessions.Baselines;

/// <summary>A session that a baseline would revoke.</summary>
/// <param name="Sid">The session.</param>
/// <param name="DecidedAt">Event time of the decision, epoch milliseconds.</param>
/// <param name="Score">The baseline's own score, on its own scale.</param>
/// <param name="Why">What the score is made of; holds no address and no token.</param>
public sealed record BaselineDecision(string Sid, long DecidedAt, double Score, string Why);
