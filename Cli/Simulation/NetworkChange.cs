namespace Portcullis.Cli.Simulation;

/// <summary>A viewer continued on another network.</summary>
/// <param name="At">Seconds since the simulation began.</param>
internal sealed record NetworkChange(double At, string Address, long Asn);
