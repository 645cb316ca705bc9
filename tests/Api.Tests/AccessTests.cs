using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class AccessTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Fact]
    public void Endpoints_OfTheService_AreAllInTheTable()
    {
        var mapped = _service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));

        Assert.Equal(Endpoint.All.Select(endpoint => $"{endpoint.Method} {endpoint.Route}").Order(), mapped.Order());
    }

    [Fact]
    public async Task Endpoint_EachRole_AdmitsTheLeastRoleAndThoseAbove()
    {
        var clients = new Dictionary<string, HttpClient> { ["issuer"] = _service.Issuer, ["operator"] = _service.Operator, ["admin"] = _service.Admin };
        foreach (var endpoint in Endpoint.All)
        {
            foreach (var (role, client) in clients)
            {
                using var response = await client.SendAsync(endpoint.ToRequest(), HttpCompletionOption.ResponseHeadersRead);

                var what = $"{endpoint.Method} {endpoint.Route} as {role}: {(int)response.StatusCode}";
                if (Index(role) < Index(endpoint.Role))
                    Assert.Equal((403, "forbidden", what), ((int)response.StatusCode, (await Refusal.ReadAsync(response)).Type, what));
                else
                    Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || (int)response.StatusCode >= 500, what);
            }
        }

        static int Index(string role) => Endpoint.Roles.ToList().IndexOf(role);
    }

    [Fact]
    public async Task Endpoint_WithoutKey_Unauthorized()
    {
        foreach (var endpoint in Endpoint.All)
            await UnauthorizedAsync(_service.Anonymous, endpoint.ToRequest());
    }

    [Fact]
    public async Task Authorization_MalformedOrUnknown_Unauthorized()
    {
        string[] headers =
        [
            "Bearer", "Bearer ", "Bearer  ", "Bearer ptc_admin_", $"Basic {_service.AdminKey}", _service.AdminKey, $"Bearer{_service.AdminKey}", $"Bearer {_service.AdminKey}x", $"Bearer {_service.AdminKey[..^1]}",
            $"Bearer {_service.AdminKey.ToUpperInvariant()}", $"Bearer {_service.AdminKey}, Bearer {_service.AdminKey}", $"Bearer {new string('a', 5_000)}", "Bearer ptc_\u00e4", "Bearer ptc_admin_\u2028", $"Bearer \"{_service.AdminKey}\"",
        ];
        foreach (var header in headers)
        {
            using var client = _service.ClientWith(null);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status");
            request.Headers.TryAddWithoutValidation("Authorization", header.All(char.IsAscii) ? header : Uri.EscapeDataString(header));

            await UnauthorizedAsync(client, request);
        }
    }

    [Fact]
    public async Task Authorization_SchemeInOtherCase_IsAccepted()
    {
        using var client = _service.ClientWith(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"bEARER {_service.OperatorKey}");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/status")).StatusCode);
    }

    [Fact]
    public async Task ConsoleCookie_OfAnAdmin_ReadsButChangesNothing()
    {
        using var browser = await SignInAsync("admin");

        var read = await browser.GetAsync("/v1/status");
        foreach (var endpoint in Endpoint.All.Where(endpoint => endpoint.Method != "GET"))
            await UnauthorizedAsync(browser, endpoint.ToRequest());

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task ConsoleCookie_OfAnIssuer_IsForbiddenWhatAnIssuerIs()
    {
        using var browser = await SignInAsync("issuer");

        Assert.Equal((403, "forbidden"), await browser.GetAsync("/v1/status").ContinueWith(async answer => (await Refusal.ReadAsync(await answer)) is var refusal ? (refusal.Code, refusal.Type) : default).Unwrap());
    }

    [Fact]
    public async Task ConsoleCookie_KeyRemoved_Unauthorized()
    {
        var key = await _service.CreateKeyAsync("operator", "about to go");
        using var browser = await SignInAsync("operator");
        var before = await browser.GetAsync("/v1/status");

        await _service.Admin.DeleteAsync($"/v1/api-keys/{key.GetProperty("id").GetString()}");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await UnauthorizedAsync(browser, new HttpRequestMessage(HttpMethod.Get, "/v1/status"));
    }

    [Fact]
    public async Task ConsoleCookie_Forged_Unauthorized()
    {
        using var browser = _service.ClientWith(null);
        browser.DefaultRequestHeaders.Add("Cookie", "portcullis-console=CfDJ8forged");

        await UnauthorizedAsync(browser, new HttpRequestMessage(HttpMethod.Get, "/v1/status"));
    }

    private static async Task UnauthorizedAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);

        Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{request.Method} {request.RequestUri}: {(int)response.StatusCode}");
        Assert.Equal("unauthorized", (await Refusal.ReadAsync(response)).Type);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    private async Task<HttpClient> SignInAsync(string role)
    {
        var response = await _service.Anonymous.GetAsync($"/test/sign-in?role={role}");
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        var browser = _service.ClientWith(null);
        browser.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        return browser;
    }
}
