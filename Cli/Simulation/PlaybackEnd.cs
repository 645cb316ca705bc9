namespace Portcullis.Cli.Simulation;

/// <summary>The end of a playback.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">When, since the simulation began.</param>
/// <param name="Detail">Why, in words, or null.</param>
internal sealed record PlaybackEnd(PlaybackOutcome Outcome, TimeSpan At, string? Detail = null);
