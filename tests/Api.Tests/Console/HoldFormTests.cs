using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Tests.Console;

public sealed class HoldFormTests : IAsyncLifetime
{
    private const string Page = "/held";

    private RunningService _service = null!;
    private ConsoleBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync(null, "--Breaker:PerMinute=1");
        _browser = new ConsoleBrowser(_service.ApiUrl);
        await _browser.SignInAsync(_service.AdminKey);
        var ledger = _service.Services.GetRequiredService<IRevocationLedger>();
        foreach (var sid in (string[])["passes", "held-one", "held-two"])
            await ledger.AppendAsync(Waves.Verdict(sid));
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Held_ReleasedAndDropped_ThenNothingIsLeftToDecide()
    {
        var html = await HtmlAsync(Page);
        Assert.Contains("too many in a minute", html, StringComparison.Ordinal);
        Assert.Contains("2 decisions held for a person", await HtmlAsync("/"), StringComparison.Ordinal);

        var released = await _browser.SubmitAsync(Page, "/held/auto-held-one-0/release", ("reason", "looked at"), ("to", Page));
        var dropped = await _browser.SubmitAsync(Page, "/held/auto-held-two-0/drop", ("reason", "a customer"), ("to", Page));
        var again = await _browser.SubmitAsync(Page, "/held/auto-held-two-0/release", ("reason", "too late"), ("to", Page));

        Assert.Equal(
            [Page + "?notice=Released", Page + "?notice=Dropped", Page + "?notice=NotHeld"],
            new[] { released, dropped, again }.Select(answer => answer.Headers.Location!.OriginalString));
        Assert.Contains("Nothing is held", await HtmlAsync(Page), StringComparison.Ordinal);
        Assert.Contains("released", await HtmlAsync("/sessions/held-one"), StringComparison.Ordinal);
        Assert.Contains("dropped", await HtmlAsync("/sessions/held-two"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionPage_OfAHeldOne_SaysWhyAndIsWhereItIsDecided()
    {
        var (one, two) = ("/sessions/held-one", "/sessions/held-two");
        var before = await HtmlAsync(one);

        var released = await _browser.SubmitAsync(one, "/held/auto-held-one-0/release", ("reason", "looked at"), ("to", one));
        var dropped = await _browser.SubmitAsync(two, "/held/auto-held-two-0/drop", ("reason", "a customer"), ("to", two));

        Assert.Contains("an automatic revocation is held (too many in a minute) since", before, StringComparison.Ordinal);
        Assert.Contains("href=\"/held\"", before, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoke session", before, StringComparison.Ordinal);
        Assert.Equal([one + "?notice=Released", two + "?notice=Dropped"], new[] { released, dropped }.Select(answer => answer.Headers.Location!.OriginalString));
        Assert.Contains("Lift revocation", await HtmlAsync(one), StringComparison.Ordinal);
        Assert.Contains("Revoke session", await HtmlAsync(two), StringComparison.Ordinal);
        foreach (var page in (string[])[one, two, "/sessions/passes"])
            Assert.DoesNotContain("revocation is held", await HtmlAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionPage_OfAHeldOneWhoseAccountIsBlocked_SaysBoth()
    {
        const string Sid = "abcdefghij_0123456789abcdef";
        await _service.Services.GetRequiredService<IRevocationLedger>().AppendAsync(Waves.Verdict(Sid));
        await _service.RevokeAsync(new { accountTag = "abcdefghij", reason = "chargeback" });

        var html = await HtmlAsync("/sessions/" + Sid);

        Assert.Contains("The whole account is blocked", html, StringComparison.Ordinal);
        Assert.Contains("Beside that, an automatic revocation is held", html, StringComparison.Ordinal);
    }

    /// <summary>Neither of them is followed: nothing was played.</summary>
    [Fact]
    public async Task Search_HeldSessions_AreFound()
    {
        var html = await HtmlAsync("/sessions?q=held-");
        var exact = await _browser.GetAsync("/sessions?q=held-two");

        Assert.Contains("Held, not followed any more", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/sessions/held-one\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/sessions/held-two\"", html, StringComparison.Ordinal);
        Assert.Equal("/sessions/held-two", exact.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Switch_DisarmThenArm_IsShownEverywhere()
    {
        var disarmed = await _browser.SubmitAsync(Page, "/switch/disarm", ("reason", "wrong <blocks>"), ("to", Page));
        var overview = await HtmlAsync("/");
        var page = await HtmlAsync(Page);
        var armed = await _browser.SubmitAsync(Page, "/switch/arm", ("reason", "mended"), ("to", Page));

        Assert.Equal(Page + "?notice=Disarmed", disarmed.Headers.Location!.OriginalString);
        Assert.Contains("nothing automatic is enforced", overview, StringComparison.Ordinal);
        Assert.Contains("wrong &lt;blocks&gt;", page, StringComparison.Ordinal);
        Assert.Equal(Page + "?notice=Armed", armed.Headers.Location!.OriginalString);
        Assert.DoesNotContain("nothing automatic is enforced", await HtmlAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/held/auto-held-one-0/release")]
    [InlineData("/held/auto-held-one-0/drop")]
    [InlineData("/switch/disarm")]
    [InlineData("/switch/arm")]
    public async Task AnyForm_WithoutAntiforgeryTokenOrSignIn_ChangesNothing(string action)
    {
        using var stranger = new ConsoleBrowser(_service.ApiUrl);

        Assert.Equal(HttpStatusCode.BadRequest, (await _browser.PostAsync(action, ("reason", "forged"))).StatusCode);
        Assert.Equal("/sign-in", (await stranger.PostAsync(action, ("reason", "forged"))).Headers.Location!.OriginalString);
        var status = await _service.GetAsync("/v1/status");
        Assert.Equal((2, true), (status.GetProperty("held").GetInt32(), status.GetProperty("armed").GetBoolean()));
    }

    [Fact]
    public async Task Release_WhatIsNotHeld_IsAPage() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.SubmitAsync(Page, "/held/auto-passes-0/release", ("reason", "why"), ("to", Page))).StatusCode);

    private async Task<string> HtmlAsync(string path) => await (await _browser.GetAsync(path)).Content.ReadAsStringAsync();
}
