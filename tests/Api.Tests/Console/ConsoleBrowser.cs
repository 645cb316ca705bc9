using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portcullis.Api.Hosting;

namespace Portcullis.Api.Tests.Console;

/// <summary>A service with its own data folder, for all tests of a class.</summary>
public sealed class ConsoleService : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portcullis-console-");
    private ServiceHost? _host;

    /// <summary>Where the console is.</summary>
    public Uri Url => _host!.ApiUrl;

    /// <summary>The admin key.</summary>
    public string AdminKey { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _host = await ServiceHost.StartAsync(["--Api:Url=http://127.0.0.1:0", "--Edge:Url=http://127.0.0.1:0", $"--PORTCULLIS_DATA={_folder.FullName}"]);
        AdminKey = (await File.ReadAllTextAsync(_host.AdminKeyFile)).Trim();
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Calls the API with the admin key.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", AdminKey);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

/// <summary>What a browser does without scripts: keeps cookies, sends forms, and here follows no redirect.</summary>
internal sealed partial class ConsoleBrowser : IDisposable
{
    private readonly HttpClient _client;

    public ConsoleBrowser(Uri url)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = url };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path);

    /// <summary>Sends a form with the antiforgery token of a page.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var html = await (await GetAsync(page)).Content.ReadAsStringAsync();
        var token = AntiforgeryField().Match(html).Groups[1].Value;
        Assert.NotEmpty(token);
        return await PostAsync(action, [("__RequestVerificationToken", token), .. fields]);
    }

    /// <summary>Sends a form as it is.</summary>
    public Task<HttpResponseMessage> PostAsync(string action, params (string Name, string Value)[] fields) =>
        _client.PostAsync(action, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<HttpResponseMessage> SignInAsync(string key, string to = "/") => SubmitAsync("/sign-in", "/sign-in", ("key", key), ("to", to));

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}
