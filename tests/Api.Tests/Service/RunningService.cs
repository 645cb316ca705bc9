using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portcullis.Api.Hosting;

namespace Portcullis.Api.Tests.Service;

/// <summary>The real service on free ports and a data folder of its own, with a client for each role.</summary>
public sealed class RunningService : IAsyncDisposable
{
    private readonly ServiceHost _host;
    private readonly bool _ownsFolder;
    private readonly Started _started;
    private int _disposed;

    private RunningService(ServiceHost host, string folder, bool ownsFolder, CapturedLog log, Started started)
    {
        _host = host;
        _started = started;
        _ownsFolder = ownsFolder;
        Folder = folder;
        Log = log;
        AdminKey = File.ReadAllText(host.AdminKeyFile).Trim();
        Anonymous = ClientWith(null);
        Admin = ClientWith(AdminKey);
        Operator = Anonymous;
        Issuer = Anonymous;
    }

    public string Folder { get; }

    public string AdminKey { get; }

    public string OperatorKey { get; private set; } = "";

    public string IssuerKey { get; private set; } = "";

    public Uri ApiUrl => _host.ApiUrl;

    public Uri EdgeUrl => _host.EdgeUrl;

    public HttpClient Anonymous { get; }

    public HttpClient Admin { get; }

    public HttpClient Operator { get; private set; }

    public HttpClient Issuer { get; private set; }

    public CapturedLog Log { get; }

    /// <summary>The service's own services, for what a test cannot bring about by requests.</summary>
    public IServiceProvider Services => _started.Services!;

    /// <param name="folder">The data folder; null for a new one that is deleted at the end.</param>
    /// <param name="settings">Further settings, as on the command line.</param>
    public static async Task<RunningService> StartAsync(string? folder = null, params string[] settings)
    {
        var owns = folder is null;
        folder ??= NewFolder();
        var log = new CapturedLog();
        var started = new Started();
        var host = await ServiceHost.StartAsync(
            ["--Api:Url=http://127.0.0.1:0", "--Edge:Url=http://127.0.0.1:0", "--Edge:TrustViewerHeaders=true", $"--PORTCULLIS_DATA={folder}", .. settings],
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(log);
                builder.Services.AddSingleton<IStartupFilter>(started);
            });
        var service = new RunningService(host, folder, owns, log, started);
        (service.OperatorKey, service.Operator) = await service.DrawAsync("operator");
        (service.IssuerKey, service.Issuer) = await service.DrawAsync("issuer");
        return service;
    }

    /// <summary>A path for a data folder that nobody has made yet.</summary>
    public static string NewFolder() => Path.Combine(Path.GetTempPath(), $"portcullis-api-tests-{Guid.NewGuid():N}");

    public HttpClient ClientWith(string? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _host.ApiUrl, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Makes an API key through the API.</summary>
    public async Task<JsonElement> CreateKeyAsync(string role, string name = "test")
    {
        var response = await Admin.PostAsJsonAsync("/v1/api-keys", new { name, role });
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Mints a token through the API.</summary>
    public async Task<Ticket> MintAsync(string asset = "sample-live", string? account = null, object? viewer = null)
    {
        var response = await Issuer.PostAsJsonAsync("/v1/tokens", new { asset, account, viewer });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Ticket>(JsonSerializerOptions.Web))!;
    }

    /// <summary>Revokes and returns the decision.</summary>
    public async Task<JsonElement> RevokeAsync(object subject)
    {
        var response = await Operator.PostAsJsonAsync("/v1/revocations", subject);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement> GetAsync(string path) => await Operator.GetFromJsonAsync<JsonElement>(path);

    /// <summary>The session as the API shows it, or null while it is not followed.</summary>
    public async Task<JsonElement?> SessionAsync(string sid)
    {
        var response = await Operator.GetAsync($"/v1/sessions/{sid}");
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    /// <summary>Stops the service. A test may do so before its scope ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var client in new[] { Anonymous, Admin, Operator, Issuer })
            client.Dispose();
        await _host.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private async Task<(string Key, HttpClient Client)> DrawAsync(string role)
    {
        var key = (await CreateKeyAsync(role)).GetProperty("key").GetString()!;
        return (key, ClientWith(key));
    }

    /// <summary>Hands out the service's services, and signs a browser in to the console at <c>/test/sign-in</c>.</summary>
    private sealed class Started : IStartupFilter
    {
        public IServiceProvider? Services { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            Services = app.ApplicationServices;
            app.Map("/test/sign-in", branch => branch.Run(ConsoleSignIn.HandleAsync));
            next(app);
        };
    }
}

/// <summary>A minted token as the API answers it.</summary>
public sealed record Ticket(Uri PlaybackUrl, string Sid, DateTimeOffset ExpiresAt, DateTimeOffset? RenewAt)
{
    /// <summary>The token segment.</summary>
    public string Segment => PlaybackUrl.Query.StartsWith("?pt=", StringComparison.Ordinal) ? PlaybackUrl.Query[4..] : PlaybackUrl.AbsolutePath.Split('/')[1];

    /// <summary>The token's signature: without it the rest of a token opens nothing.</summary>
    public string Signature => Segment.Split('.')[^1];
}
