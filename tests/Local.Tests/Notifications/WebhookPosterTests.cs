using System.Net;
using Portcullis.Local.Notifications;
using Portcullis.Notifications;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>Where connections go.</summary>
public sealed class WebhookPosterTests
{
    private readonly List<string> _resolved = [];

    private static HeldWebhook To(string url) =>
        new(new Webhook("wh_1", new Uri(url), NotificationFilter.Everything, "", DateTimeOffset.UnixEpoch, null, null), WebhookSignature.DrawSecret(), null);

    private WebhookPoster Poster(IWebProxy proxy, string address) => new(
        TimeSpan.FromSeconds(10), new ManualTime(),
        (name, _) =>
        {
            lock (_resolved)
                _resolved.Add(name);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]);
        },
        proxy);

    [Fact]
    public async Task Post_ThroughAProxy_LeavesTheNameToIt()
    {
        await using var proxy = await Receiver.StartAsync();
        using var poster = Poster(new WebProxy(new Uri($"http://proxy.example:{proxy.Port}")), "127.0.0.1");

        var outcome = await poster.PostAsync(To("https://hooks.example.com/"), "dlv_1", 1, [], CancellationToken.None);

        // The receiver is no proxy; that it was asked is enough.
        Assert.Equal("the proxy refused the connection", outcome.Error);
        Assert.Equal(["proxy.example"], _resolved);
    }

    [Theory]
    [InlineData("https://hooks.example.com/")]
    [InlineData("https://HOOKS.example.com./")]
    [InlineData("https://bücher.example/")]
    public async Task Post_PastTheProxy_JudgesTheAddress(string url)
    {
        using var poster = Poster(new WebProxy("http://proxy.example:1") { BypassList = [".*"] }, "169.254.169.254");

        Assert.EndsWith("which is refused", (await poster.PostAsync(To(url), "dlv_1", 1, [], CancellationToken.None)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Post_Loopback_UsesNoProxy(string host)
    {
        await using var receiver = await Receiver.StartAsync();
        using var poster = Poster(new WebProxy("http://proxy.example:1"), "127.0.0.1");

        var outcome = await poster.PostAsync(To($"http://{host}:{receiver.Port}/"), "dlv_1", 1, NotificationBatch.Write("dlv_1", []), CancellationToken.None);

        Assert.Equal((204, null), (outcome.Status, outcome.Error));
    }
}
