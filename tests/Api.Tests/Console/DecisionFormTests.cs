using System.Net;
using System.Text.Json;

namespace Portcullis.Api.Tests.Console;

public sealed class DecisionFormTests(ConsoleService service) : IClassFixture<ConsoleService>
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/sessions/WithoutToken1/revoke")]
    [InlineData("/revocations/dec_x/lift")]
    public async Task AnyForm_WithoutAntiforgeryToken_IsRefused(string action)
    {
        using var browser = await SignedInAsync();

        var answer = await browser.PostAsync(action, ("reason", "forged"), ("key", service.AdminKey), ("to", "/"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("This form is out of date", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await CountStandingAsync("WithoutToken1"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Revoke_TokenOfAnotherPerson_IsRefused()
    {
        using var browser = await SignedInAsync();
        using var stranger = new ConsoleBrowser(service.Url);
        var html = await (await stranger.GetAsync("/sign-in")).Content.ReadAsStringAsync();
        var token = html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var answer = await browser.PostAsync("/sessions/OtherToken12/revoke", ("__RequestVerificationToken", token), ("reason", "forged"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await CountStandingAsync("OtherToken12"));
    }

    [Fact]
    public async Task Revoke_Anonymous_IsSentToSignInWithoutAWayBackToTheForm()
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.PostAsync("/sessions/Anonymous123/revoke", ("reason", "forged"));

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Revoke_ThenLift_LeadBackToThePageWithANotice()
    {
        using var browser = await SignedInAsync();
        const string Page = "/sessions/ByHand123456";

        var revoked = await browser.SubmitAsync("/", Page + "/revoke", ("reason", " Seen <elsewhere> "), ("to", Page));

        Assert.Equal(Page + "?notice=Revoked", revoked.Headers.Location!.OriginalString);
        var decision = await FindStandingAsync("ByHand123456");
        Assert.Equal("Seen <elsewhere>", decision.GetProperty("reason").GetString());
        Assert.Equal("admin of this installation", decision.GetProperty("actor").GetString());
        var html = await (await browser.GetAsync(revoked.Headers.Location.OriginalString)).Content.ReadAsStringAsync();
        Assert.Contains("Seen &lt;elsewhere&gt;", html, StringComparison.Ordinal);

        var lift = $"/revocations/{decision.GetProperty("id").GetString()}/lift";
        var lifted = await browser.SubmitAsync(Page, lift, ("reason", "A mistake"), ("to", Page));
        Assert.Equal(Page + "?notice=Lifted", lifted.Headers.Location!.OriginalString);
        Assert.Equal(0, await CountStandingAsync("ByHand123456"));

        var again = await browser.SubmitAsync(Page, lift, ("reason", "A mistake"), ("to", Page));
        Assert.Equal(Page + "?notice=NotStanding", again.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\u0001b")]
    public async Task Revoke_WithoutUsableReason_ChangesNothing(string reason)
    {
        using var browser = await SignedInAsync();

        var answer = await browser.SubmitAsync("/", "/sessions/NoReason1234/revoke", ("reason", reason), ("to", "//evil.example/"));

        Assert.Equal("/?notice=NoReason", answer.Headers.Location!.OriginalString);
        Assert.Equal(0, await CountStandingAsync("NoReason1234"));
    }

    [Fact]
    public async Task Lift_UnknownRevocation_IsAPage()
    {
        using var browser = await SignedInAsync();

        var answer = await browser.SubmitAsync("/", "/revocations/dec_none/lift", ("reason", "why"), ("to", "/"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    private async Task<ConsoleBrowser> SignedInAsync()
    {
        var browser = new ConsoleBrowser(service.Url);
        Assert.Equal(HttpStatusCode.Found, (await browser.SignInAsync(service.AdminKey)).StatusCode);
        return browser;
    }

    private async Task<int> CountStandingAsync(string sid) => (await StandingAsync(sid)).GetArrayLength();

    private async Task<JsonElement> FindStandingAsync(string sid) => (await StandingAsync(sid))[0];

    private async Task<JsonElement> StandingAsync(string sid) => (await service.CallAsync(HttpMethod.Get, $"/v1/revocations?sid={sid}")).GetProperty("revocations");
}
