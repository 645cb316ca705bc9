using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portcullis.Aws.Tests.Servers;

/// <summary>Stands between a client and a server and makes of the requests what a test wants: passes them on, refuses, drops the connection, loses the answer.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private readonly Uri _server;

    private FaultProxy(Uri server, WebApplication app)
    {
        _server = server;
        _app = app;
    }

    /// <summary>Where it answers.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>Decides what becomes of a request with its body; null passes it on. Set it before the requests it is for.</summary>
    public Func<HttpRequest, byte[], Fault?>? Judge { get; set; }

    /// <summary>How far the server's clock is ahead of the real one, as its answers say.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>Hears of each request that the server answered, with its body and the answer's. Set it before the requests it is for.</summary>
    public Action<HttpRequest, byte[], byte[]>? Answered { get; set; }

    /// <summary>Requests that came in.</summary>
    public int Requests => _requests;

    private int _requests;

    /// <summary>Starts a proxy in front of a server.</summary>
    public static async Task<FaultProxy> StartAsync(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new FaultProxy(server, app);
        app.Run(proxy.AnswerAsync);
        await app.StartAsync().ConfigureAwait(false);
        return proxy;
    }

    /// <summary>Path and query as they were sent: a signature covers each escaped character.</summary>
    public static string TargetOf(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>The operation of an AWS JSON request: what follows the dot in <c>X-Amz-Target</c>.</summary>
    public static string OperationOf(HttpRequest request) => request.Headers["X-Amz-Target"].ToString().Split('.')[^1];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (Skew != TimeSpan.Zero)
            context.Response.GetTypedHeaders().Date = DateTimeOffset.UtcNow + Skew;
        var fault = Judge?.Invoke(context.Request, body.ToArray());
        if (fault is { ReachesServer: false })
        {
            await FailAsync(context, fault).ConfigureAwait(false);
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server, TargetOf(context)));
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted).ConfigureAwait(false);
        var content = await response.Content.ReadAsByteArrayAsync(context.RequestAborted).ConfigureAwait(false);
        if (fault is not null && !ReferenceEquals(fault, Fault.Stalled))
        {
            await FailAsync(context, fault).ConfigureAwait(false);
            return;
        }
        Answered?.Invoke(context.Request, body.ToArray(), content);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive" or "Server") && (name != "Date" || Skew == TimeSpan.Zero))
                context.Response.Headers[name] = values.ToArray();
        }
        context.Response.ContentLength = content.Length;
        if (fault is not null)
        {
            await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2), context.RequestAborted).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task FailAsync(HttpContext context, Fault fault)
    {
        if (fault.Status is not { } status)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.WriteAsync($$"""{"__type":"{{fault.Code}}","message":"{{fault.Code}}, by the test"}""").ConfigureAwait(false);
    }
}
