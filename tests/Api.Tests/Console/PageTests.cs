using System.Net;

namespace Portcullis.Api.Tests.Console;

public sealed class PageTests(ConsoleService service) : IClassFixture<ConsoleService>
{
    [Theory]
    [InlineData("/", "/sign-in?to=%2F")]
    [InlineData("/sessions?q=a", "/sign-in?to=%2Fsessions%3Fq%3Da")]
    [InlineData("/sessions/abc", "/sign-in?to=%2Fsessions%2Fabc")]
    public async Task AnyPage_Anonymous_LeadsToSignIn(string path, string expected)
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.EndsWith(expected, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    // Without the development environment, as installed: files must lie where the program is.
    [Theory]
    [InlineData("/console/main.js", "text/javascript")]
    [InlineData("/console/theme.css", "text/css")]
    [InlineData("/console/icon.svg", "image/svg+xml")]
    public async Task File_Always_IsServedForRevalidation(string path, string type)
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task Page_Always_ForbidsInlineCodeFramesAndKeeping()
    {
        using var browser = new ConsoleBrowser(service.Url);
        await browser.SignInAsync(service.AdminKey);

        var answer = await browser.GetAsync("/");

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task UnknownPath_AcceptsHtml_IsAPage()
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.GetAsync("/nothing/here");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task UnknownPath_OfTheApi_IsProblemDetailsEvenForABrowser()
    {
        using var browser = new ConsoleBrowser(service.Url);

        var answer = await browser.GetAsync("/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Search_ExactSidOrReferenceOfARevokedSession_LeadsToItsPage()
    {
        using var browser = new ConsoleBrowser(service.Url);
        await browser.SignInAsync(service.AdminKey);
        await service.CallAsync(HttpMethod.Post, "/v1/revocations", new { sid = "SearchedFor1", reason = "test" });

        var bySid = await browser.GetAsync("/sessions?q=SearchedFor1");
        var byReference = await browser.GetAsync("/sessions?q=chedFor1");
        var byPart = await browser.GetAsync("/sessions?q=Searched");

        Assert.Equal("/sessions/SearchedFor1", bySid.Headers.Location!.OriginalString);
        Assert.Equal("/sessions/SearchedFor1", byReference.Headers.Location!.OriginalString);
        Assert.Contains("href=\"/sessions/SearchedFor1\"", await byPart.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sessions/SearchedFor1")).StatusCode);
    }
}
