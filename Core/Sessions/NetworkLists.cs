using System.Collections.Frozen;

namespace Portcullis.Sessions;

/// <summary>Autonomous systems and user agents that mean something, from a policy's lists, made quick to ask.</summary>
internal sealed class NetworkLists
{
    private readonly FrozenSet<uint> _hosting, _vpns, _relays;
    private readonly string[] _tools;

    public NetworkLists(DetectionPolicy policy)
    {
        _hosting = policy.HostingNetworks.ToFrozenSet();
        _vpns = policy.VpnNetworks.ToFrozenSet();
        _relays = policy.RelayNetworks.ToFrozenSet();
        _tools = [.. policy.ToolAgents];
    }

    /// <summary>Whether servers are rented there, rather than people connected.</summary>
    public bool IsHosting(uint asn) => _hosting.Contains(asn);

    /// <summary>Whether it is a hosting network that VPNs for people leave from.</summary>
    public bool IsVpn(uint asn) => _vpns.Contains(asn);

    /// <summary>Whether people's traffic leaves there through a relay.</summary>
    public bool IsRelay(uint asn) => _relays.Contains(asn);

    /// <summary>Whether a user agent is one of a tool rather than a player that people watch.</summary>
    public bool IsTool(string userAgent) => _tools.Any(tool => userAgent.Contains(tool, StringComparison.OrdinalIgnoreCase));
}
