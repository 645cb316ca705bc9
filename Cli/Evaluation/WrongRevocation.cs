namespace Portcullis.Cli.Evaluation;

/// <summary>A revocation that should not have been: of an honest viewer, or before the offence began.</summary>
/// <param name="Label">The session's label.</param>
/// <param name="FirstOffence">When the offence began, epoch seconds; null for honest viewers.</param>
/// <param name="Decision">The decision with its evidence.</param>
internal sealed record WrongRevocation(string Label, decimal? FirstOffence, SessionDecision Decision);
