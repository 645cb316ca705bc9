using Portcullis.Local.Edge;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeViewerTests
{
    private const string Master = "/vod/sample/master.m3u8";

    private static readonly string[] Headers =
    [
        "CloudFront-Viewer-Address: 192.0.2.7:4711",
        "CloudFront-Viewer-Country: DE",
        "CloudFront-Viewer-Country-Region: BE",
        "CloudFront-Viewer-City: Berlin",
        "CloudFront-Viewer-ASN: 64500",
    ];

    private static readonly TokenPolicy Bound = new()
    {
        Paths = ["/vod/sample"],
        Bind = new() { Ip = true, Country = GeoBinding.Required, Region = GeoBinding.Required, City = GeoBinding.Required },
    };

    private static readonly Viewer Berlin = new() { Ip = "192.0.2.7", Country = "DE", Region = "BE", City = "Berlin" };

    [Fact]
    public async Task Get_TrustedHeaders_AreTheViewer()
    {
        await using var edge = await TestEdge.StartAsync(options => options with { TrustViewerHeaders = true });

        var response = edge.Http.Send("GET", $"/{edge.Mint(Bound, Berlin)}{Master}", Headers);
        var line = await edge.Log.NextAsync();

        Assert.Equal(200, response.Status);
        Assert.Equal(["192.0.2.7", "DE", "64500"], new[] { line[1], line[17], line[18] });
    }

    [Theory]
    [InlineData(false, "127.0.0.1", null)]
    [InlineData(true, "0.0.0.0", null)]
    [InlineData(true, "127.0.0.1", "X-Forwarded-For: 192.0.2.7")]
    [InlineData(true, "127.0.0.1", "Forwarded: for=192.0.2.7")]
    [InlineData(true, "127.0.0.1", "Via: 1.1 proxy")]
    [InlineData(true, "127.0.0.1", "X-Real-IP: 192.0.2.7")]
    public async Task Get_UntrustedHeaders_AreIgnored(bool trust, string address, string? forwarding)
    {
        await using var edge = await TestEdge.StartAsync(options => options with { TrustViewerHeaders = trust, Url = new Uri($"http://{address}:0") });

        var response = edge.Http.Send("GET", $"/{edge.Mint(Bound, Berlin)}{Master}", forwarding is null ? Headers : [.. Headers, forwarding]);
        var line = await edge.Log.NextAsync();

        Assert.Equal(403, response.Status);
        Assert.Equal(["127.0.0.1", "-", "-", "no.viewer"], new[] { line[1], line[17], line[18], line[23] });
    }

    [Theory]
    [InlineData("192.0.2.7:4711", "192.0.2.7")]
    [InlineData("2001:db8::1:443", "2001:db8::1")]
    [InlineData("[2001:DB8::1]:443", "2001:db8::1")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001:443", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.7:443", "192.0.2.7")]
    [InlineData("192.0.2.7", "127.0.0.1")]
    [InlineData("192.0.2.7:", "127.0.0.1")]
    [InlineData("192.0.2.7:65536", "127.0.0.1")]
    [InlineData("192.0.2:1", "127.0.0.1")]
    [InlineData("0300.0.2.7:1", "127.0.0.1")]
    [InlineData("[2001:db8::1:443", "127.0.0.1")]
    [InlineData("fe80::1%1:443", "127.0.0.1")]
    [InlineData("viewer:443", "127.0.0.1")]
    public async Task Get_TrustedAddress_IsReadOrFallsBackToTheConnection(string text, string expected)
    {
        await using var edge = await TestEdge.StartAsync(options => options with { TrustViewerHeaders = true });

        edge.Get(Master, $"CloudFront-Viewer-Address: {text}");
        var line = await edge.Log.NextAsync();

        Assert.Equal(expected, line[1]);
    }

    [Fact]
    public async Task Get_TokenBoundToIPv6_IsAdmittedInAnySpelling()
    {
        await using var edge = await TestEdge.StartAsync(options => options with { TrustViewerHeaders = true });
        var token = edge.Mint(new() { Paths = ["/vod/sample"], Bind = new() { Ip = true } }, new Viewer { Ip = "2001:0DB8::0:1" });

        var same = edge.Http.Send("GET", $"/{token}{Master}", "CloudFront-Viewer-Address: 2001:db8::1:443");
        var other = edge.Http.Send("GET", $"/{token}{Master}", "CloudFront-Viewer-Address: 2001:db8::2:443");

        Assert.Equal((200, 403), (same.Status, other.Status));
    }

    [SkippableFact]
    public async Task Get_IPv6Listener_LogsItsViewer()
    {
        Skip.IfNot(System.Net.Sockets.Socket.OSSupportsIPv6 && System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .Any(network => network.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(System.Net.IPAddress.IPv6Loopback))), "IPv6 is off on this machine.");
        await using var edge = await TestEdge.StartAsync(options => options with { Url = new Uri("http://[::1]:0") });

        var response = edge.Get(Master);

        Assert.Equal(200, response.Status);
        Assert.Equal("::1", (await edge.Log.NextAsync())[1]);
    }

    [Theory]
    [InlineData("a=%31&b=x&a=2", "Device: one|Device: two", 200)]
    [InlineData("b=x&a=%31&a=2", "Device: one|Device: two", 200)]
    [InlineData("a=2&a=%31", "Device: one|Device: two", 403)]
    [InlineData("a=1&a=2", "Device: one|Device: two", 403)]
    [InlineData("%61=%31&a=2", "Device: one|Device: two", 403)]
    [InlineData("a=%31&a=2", "Device: two|Device: one", 403)]
    [InlineData("a=%31&a=2", "Device: one", 403)]
    public async Task Get_BoundHeaderAndQuery_AreComparedRawInOrder(string query, string headers, int status)
    {
        await using var edge = await TestEdge.StartAsync();
        var viewer = new Viewer
        {
            Headers = new Dictionary<string, string> { ["device"] = "one,two" },
            QueryParameters = new Dictionary<string, string> { ["a"] = "%31,2" },
        };
        var token = edge.Mint(new() { Paths = ["/vod/sample"], Bind = new() { Headers = ["device"], Query = ["a"] } }, viewer);

        var response = edge.Http.Send("GET", $"/{token}{Master}?{query}", headers.Split('|'));

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task Get_BoundCloudFrontHeaderFromStranger_CountsAsAbsent()
    {
        await using var edge = await TestEdge.StartAsync();
        var viewer = new Viewer { Headers = new Dictionary<string, string> { ["cloudfront-is-mobile-viewer"] = "true" } };
        var token = edge.Mint(new() { Paths = ["/vod/sample"], Bind = new() { Headers = ["cloudfront-is-mobile-viewer"] } }, viewer);

        var response = edge.Http.Send("GET", $"/{token}{Master}", "CloudFront-Is-Mobile-Viewer: true");

        Assert.Equal(403, response.Status);
    }
}
