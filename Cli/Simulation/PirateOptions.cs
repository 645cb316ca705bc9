namespace Portcullis.Cli.Simulation;

/// <summary>What <c>simulate pirate</c> does.</summary>
/// <param name="Asset">Id of the asset.</param>
/// <param name="Viewers">How many viewers share the token, 2 to <see cref="ViewerIdentity.MostNetworks"/>.</param>
/// <param name="Stagger">Time between the starts of two viewers.</param>
/// <param name="Timeout">When to give up, since the start.</param>
internal sealed record PirateOptions(string Asset, int Viewers, TimeSpan Stagger, TimeSpan Timeout);
