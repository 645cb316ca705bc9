namespace Portcullis.Cli.Evaluation;

/// <summary>How honest viewers of one kind fared.</summary>
/// <param name="Kind">The label.</param>
/// <param name="Sessions">How many there are.</param>
/// <param name="Hours">Viewer-hours: sum of the times from each session's first accepted line to its last.</param>
/// <param name="Observed">Left alone, as is right.</param>
/// <param name="Flagged">Shown to an operator, wrongly.</param>
/// <param name="Revoked">Revoked, wrongly.</param>
internal sealed record ViewerScore(string Kind, int Sessions, double Hours, int Observed, int Flagged, int Revoked);
