namespace Portcullis.Cli.Simulation;

/// <summary>What <c>simulate viewer</c> does.</summary>
/// <param name="Asset">Id of the asset.</param>
/// <param name="Duration">How long the viewer watches.</param>
/// <param name="NetworkChanges">How often the viewer changes network, at evenly spread times.</param>
internal sealed record ViewerOptions(string Asset, TimeSpan Duration, int NetworkChanges)
{
    /// <summary>When the viewer changes network, since the start: one change is half way.</summary>
    public IEnumerable<TimeSpan> ChangeTimes() =>
        Enumerable.Range(1, NetworkChanges).Select(change => Duration * change / (NetworkChanges + 1));
}
