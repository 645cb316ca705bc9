using System.Net;
using System.Text.Json;

namespace Portcullis.Api.Tests.Console;

public sealed class SignInTests(ConsoleService service) : IClassFixture<ConsoleService>
{
    [Fact]
    public async Task SignIn_AdminKey_SetsACookieThatScriptsAndOtherSitesCannotUse()
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.SignInAsync(service.AdminKey, "/sessions?q=abc");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/sessions?q=abc", answer.Headers.Location!.OriginalString);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), header => header.StartsWith("portcullis-console=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("\\/evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/\n/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("")]
    public async Task SignIn_TargetOnAnotherHost_GoesToTheOverview(string to)
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.SignInAsync(service.AdminKey, to);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SignInPage_SignedInAndTargetOnAnotherHost_GoesToTheOverview()
    {
        using var browser = new ConsoleBrowser(service.Url);
        await browser.SignInAsync(service.AdminKey);

        var answer = await browser.GetAsync("/sign-in?to=//evil.example/");

        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("ptc_admin_0000000000000000000000000000000000000000000")]
    [InlineData("nonsense")]
    public async Task SignIn_UnknownKey_AnswersThePageWithoutTheKey(string key)
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.SignInAsync(key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("portcullis-console=", StringComparison.Ordinal)));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("There is no such key", html, StringComparison.Ordinal);
        Assert.DoesNotContain(key, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_IssuerKey_IsRefused()
    {
        using var browser = new ConsoleBrowser(service.Url);
        var issuer = await service.CallAsync(HttpMethod.Post, "/v1/api-keys", new { name = "app", role = "issuer" });

        var answer = await browser.SignInAsync(issuer.GetProperty("key").GetString()!);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("/sign-in?to=%2F", (await browser.GetAsync("/")).Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_KeyRemovedLater_EndsTheSession()
    {
        using var browser = new ConsoleBrowser(service.Url);
        var key = await service.CallAsync(HttpMethod.Post, "/v1/api-keys", new { name = "night shift", role = "operator" });
        await browser.SignInAsync(key.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).StatusCode);

        await DeleteAsync(key);

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task SignOut_SignedIn_EndsTheSession()
    {
        using var browser = new ConsoleBrowser(service.Url);
        await browser.SignInAsync(service.AdminKey);

        var answer = await browser.SubmitAsync("/", "/sign-out");

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).StatusCode);
    }

    private async Task DeleteAsync(JsonElement key)
    {
        using var client = new HttpClient { BaseAddress = service.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", service.AdminKey);
        (await client.DeleteAsync($"/v1/api-keys/{key.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
    }
}
