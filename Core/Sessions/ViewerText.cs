namespace Portcullis.Sessions;

/// <summary>What a viewer key stands for, in text; handed along the first time a batch shows the viewer.</summary>
/// <param name="Key">The viewer key.</param>
/// <param name="Network">Key of the viewer's network: IPv4 address, or the first 64 bits of IPv6.</param>
/// <param name="Address">The address as logged.</param>
/// <param name="UserAgent">The user agent, URL-decoded, at most 256 characters.</param>
/// <param name="Country">Country code, or empty.</param>
/// <param name="Asn">Autonomous system number, or 0.</param>
public sealed record ViewerText(ulong Key, ulong Network, string Address, string UserAgent, string Country, uint Asn);
