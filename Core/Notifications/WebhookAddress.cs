using System.Net;
using System.Net.Sockets;

namespace Portcullis.Notifications;

/// <summary>
/// Where a webhook may lead. Administrators choose it, and a receiver in a private network is as good as any; what is refused is where the
/// machine's own credentials are handed out (link-local and metadata services), and what is no single machine.
/// </summary>
public static class WebhookAddress
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxUrlLength = 2048;

    /// <summary>Metadata services outside the link-local ranges: EC2 over IPv6, Alibaba, Azure's wire server.</summary>
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];

    private static readonly IPNetwork[] Refused =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>IPv6 addresses that stand for an IPv4 address: where in their bytes it is.</summary>
    private static readonly (IPNetwork Network, int Offset)[] Embedding =
        [(IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2), (IPNetwork.Parse("::/96"), 12)];

    /// <summary>What is wrong with a URL, or null. A name is judged again by what it resolves to, each time a connection is made.</summary>
    public static string? Check(string text)
    {
        if (text.Length > MaxUrlLength || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return $"must be an absolute https URL of at most {MaxUrlLength} characters";
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            return "must be https; http is allowed to loopback only";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "must have no user, password or fragment";
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !IsAllowed(address, url))
            return "must not lead to a link-local, metadata, multicast or unspecified address";
        return null;
    }

    /// <summary>Whether a connection may be made to an address.</summary>
    /// <param name="address">What the URL's host resolved to.</param>
    /// <param name="url">The webhook's URL: a loopback one may lead to loopback only, since it may be plain http.</param>
    public static bool IsAllowed(IPAddress address, Uri url)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return true;
        if (url.IsLoopback)
            return false;
        if (Metadata.Contains(address) || Refused.Any(network => network.Contains(address)))
            return false;
        return address.AddressFamily != AddressFamily.InterNetworkV6
            || Embedding.FirstOrDefault(embedding => embedding.Network.Contains(address)) is not { Network.PrefixLength: > 0 } within
            || IsAllowed(new IPAddress(address.GetAddressBytes().AsSpan(within.Offset, 4)), url);
    }
}
