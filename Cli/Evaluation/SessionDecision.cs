using Portcullis.Sessions;

namespace Portcullis.Cli.Evaluation;

/// <summary>A decision about a session, on whatever grounds.</summary>
/// <param name="Sid">The session.</param>
/// <param name="DecidedAt">Event time, epoch seconds.</param>
/// <param name="Action">Flag or revoke.</param>
/// <param name="Score">On the scale of whoever decided.</param>
/// <param name="Evidence">What it rests on.</param>
internal sealed record SessionDecision(string Sid, decimal DecidedAt, VerdictAction Action, double Score, IReadOnlyList<DecisionEvidence> Evidence);

/// <summary>A finding behind a decision.</summary>
/// <param name="Detector">Who found it.</param>
/// <param name="Weight">Its part in the score.</param>
/// <param name="Sentence">What was found; holds no address and no token.</param>
internal sealed record DecisionEvidence(string Detector, double Weight, string Sentence);
