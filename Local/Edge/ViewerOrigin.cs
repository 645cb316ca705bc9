using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Portcullis.Local.Edge;

/// <summary>Where a request comes from, as far as the edge believes it.</summary>
internal sealed record ViewerOrigin
{
    /// <summary>What the names of the headers start with that CloudFront adds to a request.</summary>
    public const string HeaderPrefix = "cloudfront-";

    private static readonly string[] Forwarding = ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"];

    public IPAddress? Address { get; init; }

    public string? Country { get; init; }

    public string? Region { get; init; }

    public string? City { get; init; }

    public string? Asn { get; init; }

    /// <summary>Whether the viewer headers of this request were believed.</summary>
    public bool FromHeaders { get; init; }

    /// <summary>Finds the origin of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="trusted">Whether the listener believes viewer headers; a request with a forwarding header came through a proxy and is not believed even then.</param>
    public static ViewerOrigin Of(HttpContext context, bool trusted)
    {
        var connection = context.Connection.RemoteIpAddress is { } remote ? Plain(remote) : null;
        var headers = context.Request.Headers;
        if (!trusted || Array.Exists(Forwarding, headers.ContainsKey))
            return new ViewerOrigin { Address = connection };
        return new ViewerOrigin
        {
            Address = AddressOf(Value(headers, "CloudFront-Viewer-Address")) ?? connection,
            Country = Value(headers, "CloudFront-Viewer-Country"),
            Region = Value(headers, "CloudFront-Viewer-Country-Region"),
            City = Value(headers, "CloudFront-Viewer-City"),
            Asn = Value(headers, "CloudFront-Viewer-ASN"),
            FromHeaders = true,
        };
    }

    /// <summary>Reads <c>ip:port</c>; IPv6 with or without brackets, the last colon separates the port. Null when malformed.</summary>
    internal static IPAddress? AddressOf(string? text)
    {
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return null;
        var host = text.AsSpan(0, colon);
        if (host is ['[', .., ']'])
            host = host[1..^1];
        if (host.ContainsAny("[]%") || !IPAddress.TryParse(host, out var address))
            return null;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return Plain(address);
        // The parser also takes short, octal and hexadecimal forms of IPv4, which CloudFront never writes.
        return host.SequenceEqual(address.ToString()) ? address : null;
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes())
        : address;

    private static string? Value(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;
}
