using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Api.Console;
using Portcullis.Api.Endpoints;
using Portcullis.Api.Hosting.Aws;
using Portcullis.Api.Problems;
using Portcullis.Engine;
using Portcullis.Local;
using Portcullis.Local.Storage;
using Portcullis.Tokens;

namespace Portcullis.Api.Hosting;

/// <summary>The service: an installation with its HTTP face, from start to stop.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private const long MaxBody = 65_536;

    private readonly WebApplication _app;
    private readonly IInstallation _installation;
    private readonly DataFolder _folder;
    private readonly ServiceProvider _logging;

    private ServiceHost(WebApplication app, IInstallation installation, DataFolder folder, ServiceProvider logging)
    {
        _app = app;
        _installation = installation;
        _folder = folder;
        _logging = logging;
        ApiUrl = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Where API and console are.</summary>
    public Uri ApiUrl { get; }

    /// <summary>Where players reach the local edge.</summary>
    public Uri EdgeUrl => _installation.EdgeUrl;

    /// <summary>The file with the admin key.</summary>
    public string AdminKeyFile => _folder.PathOf(Connection.AdminKeyFile);

    /// <summary>Starts everything; when the task completes, requests are answered.</summary>
    /// <exception cref="InvalidOperationException">A setting, the data folder or an address cannot be used; the message says which and why.</exception>
    public static async Task<ServiceHost> StartAsync(string[] arguments, Action<WebApplicationBuilder>? configure = null, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        // Says that console keys are stored without encryption: they lie in a folder that only its owner can open.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        configure?.Invoke(builder);
        var options = ServiceOptions.From(builder.Configuration);
        var folder = OpenFolder(options.Installation.DataFolder);
        // One logging for both: the installation starts before the web application and ends after it.
        var logging = LoggingOf(builder);
        IInstallation? installation = null;
        WebApplication? app = null;
        try
        {
            var loggers = logging.GetRequiredService<ILoggerFactory>();
            builder.Services.AddSingleton(loggers);
            installation = await StartInstallationAsync(folder, options.Installation, loggers, cancellation).ConfigureAwait(false);
            await Connection.EnsureAdminKeyAsync(folder, options.AdminKey, installation.ApiKeys, TimeProvider.System, cancellation).ConfigureAwait(false);
            AddServices(builder, options, folder, installation);
            app = builder.Build();
            Map(app);
            // Made now, so that the uptime counts from here, and metrics from the first request on.
            app.Services.GetRequiredService<StatusEndpoints.ServiceStatusReader>();
            app.Services.GetRequiredService<MetricsExport>();
            await StartListeningAsync(app, options.ApiUrl, cancellation).ConfigureAwait(false);
            var host = new ServiceHost(app, installation, folder, logging);
            Connection.Write(folder, host.ApiUrl, host.EdgeUrl);
            return host;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync().ConfigureAwait(false);
            if (installation is not null)
                await installation.DisposeAsync().ConfigureAwait(false);
            else
                folder.Dispose();
            await logging.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the process is asked to end (Ctrl-C, SIGTERM).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Stops listening, then the installation: what the edge has written is observed and stored.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync().ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // Whatever becomes of open requests: what the edge has written must not be lost.
            Connection.Remove(_folder);
            await _installation.DisposeAsync().ConfigureAwait(false);
            await _logging.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ServiceProvider LoggingOf(WebApplicationBuilder builder)
    {
        var services = new ServiceCollection();
        foreach (var service in builder.Services)
            ((ICollection<ServiceDescriptor>)services).Add(service);
        return services.BuildServiceProvider();
    }

    private static DataFolder OpenFolder(string path)
    {
        try
        {
            return DataFolder.Open(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"The data folder {path} cannot be used: {error.Message} Set {DataFolder.Variable} to another folder.", error);
        }
    }

    private static async Task<IInstallation> StartInstallationAsync(DataFolder folder, InstallationOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        try
        {
            return options is AwsOptions aws
                ? await AwsInstallation.StartAsync(folder, aws, TimeProvider.System, loggers, cancellation).ConfigureAwait(false)
                : await LocalInstallation.StartAsync(folder, (LocalOptions)options, TimeProvider.System, loggers, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
        catch (DbException error)
        {
            throw new InvalidOperationException($"The databases in {folder.Root} cannot be used: {error.Message}", error);
        }
    }

    private static void AddServices(WebApplicationBuilder builder, ServiceOptions options, DataFolder folder, IInstallation installation)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            Listen(kestrel, options.ApiUrl);
        });
        var services = builder.Services;
        services.AddSingleton<IServiceStatus>(installation);
        services.AddSingleton(installation);
        services.AddSingleton(installation.Ledger);
        services.AddSingleton(installation.Assets);
        services.AddSingleton(installation.Keys);
        services.AddSingleton(installation.Rotation);
        services.AddSingleton(installation.ApiKeys);
        services.AddSingleton(installation.Webhooks);
        services.AddSingleton(installation.Sessions);
        services.AddSingleton(installation.Accounts);
        services.AddSingleton(installation.Erasure);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<RevocationDesk>();
        services.AddSingleton<AccountRefusal>();
        services.AddSingleton<AccountEndpoints.AccountDesk>();
        services.AddLedgerDesks();
        services.AddSingleton<StatusEndpoints.ServiceStatusReader>();
        services.AddSingleton<MetricsExport>();
        services.AddSingleton<EventEndpoints.EventFeed>();

        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNameCaseInsensitive = false;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandler>();

        // Console sessions survive a restart: their keys lie in the data folder.
        services.AddDataProtection().SetApplicationName("portcullis").PersistKeysToFileSystem(folder.CreateFolder("console-keys"));
        services.AddAuthentication(AccessScheme.Either)
            .AddPolicyScheme(AccessScheme.Either, null, scheme => scheme.ForwardDefaultSelector = AccessScheme.Of)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null)
            .AddCookie(AccessScheme.Console, ConsoleAccess.Configure);
        services.AddAuthorizationBuilder()
            .AddPolicy(RolePolicies.Issuer, policy => policy.RequireAssertion(context => context.User.Includes(ApiRole.Issuer)))
            .AddPolicy(RolePolicies.Operator, policy => policy.RequireAssertion(context => context.User.Includes(ApiRole.Operator)))
            .AddPolicy(RolePolicies.Admin, policy => policy.RequireAssertion(context => context.User.Includes(ApiRole.Admin)));
        services.AddConsole();
    }

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => StatusPages.WriteAsync(pages.HttpContext));
        app.UseConsoleHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapTokens();
        app.MapAccounts();
        app.MapAssets();
        app.MapSessions();
        app.MapRevocations();
        app.MapBulk();
        app.MapSwitch();
        app.MapAllow();
        app.MapStatus();
        app.MapApiKeys();
        app.MapKeys();
        app.MapEvents();
        app.MapWebhooks();
        app.MapConsole();
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url)
    {
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, url.Port);
        else if (url.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, url.Port);
        else
            throw new InvalidOperationException($"The setting Api:Url is '{url}'; its host must be an IP address or localhost.");
    }

    private static async Task StartListeningAsync(WebApplication app, Uri url, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new InvalidOperationException($"Cannot listen on {url}: {error.Message} Set Api:Url (environment: Api__Url) to a free address.", error);
        }
    }
}
