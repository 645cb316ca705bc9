namespace Portcullis.Sessions;

/// <summary>What identifies a viewer, in text.</summary>
/// <param name="Address">The address.</param>
/// <param name="UserAgent">The user agent, at most 256 characters; empty where it is not known any more.</param>
/// <param name="Country">Country code, or empty.</param>
/// <param name="Asn">Autonomous system number, or 0.</param>
public sealed record ViewerText(string Address, string UserAgent, string Country, uint Asn);
