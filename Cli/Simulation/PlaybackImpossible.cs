namespace Portcullis.Cli.Simulation;

/// <summary>Playback ended for a reason that is no block: a playlist that is missing or not understood.</summary>
internal sealed class PlaybackImpossible(string message) : Exception(message);
