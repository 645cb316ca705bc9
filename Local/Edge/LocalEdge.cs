using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portcullis.Enforcement;
using Portcullis.Engine;

namespace Portcullis.Local.Edge;

/// <summary>
/// The embedded stand-in for CloudFront: verifies tokens, enforces a plan, serves titles as VOD and as looped live channels, and writes
/// a real-time log line per request in <see cref="Logs.LogFieldList.DefaultText"/>.
/// </summary>
/// <remarks>
/// Requests that are no HTTP/1.1 (a malformed request line, one over 8 KiB, a NUL in the path) are answered by the server with 4xx and
/// are not logged: CloudFront does not hand those to its function either.
/// </remarks>
public sealed class LocalEdge : IEnforcementTarget<LocalEdgePlan>, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(300);

    private readonly KestrelServer _server;
    private readonly EdgePipeline _pipeline;
    private int _disposed;

    private LocalEdge(KestrelServer server, EdgePipeline pipeline, Uri url)
    {
        _server = server;
        _pipeline = pipeline;
        Url = url;
    }

    /// <summary>Where the edge listens, with the port that was bound.</summary>
    public Uri Url { get; }

    /// <inheritdoc/>
    public string Name => "local-edge";

    /// <summary>Indexes the media folder and starts to listen. Until a plan is written the edge answers 503.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="log">Receives a line per request.</param>
    /// <param name="time">The clock for tokens, live channels and log lines.</param>
    /// <param name="loggers">Receives warnings and errors; never a token, an address or a header.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    /// <exception cref="DirectoryNotFoundException">The media folder does not exist.</exception>
    /// <exception cref="IOException">The address cannot be listened on, for instance because it is in use.</exception>
    public static async Task<LocalEdge> StartAsync(LocalEdgeOptions options, ILogAppender log, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var address = options.Validate();
        var library = MediaLibrary.Index(options.MediaFolder, options.Live);
        var quiet = new WarningLoggerFactory(loggers);
        var trusted = options.TrustViewerHeaders && IPAddress.IsLoopback(address.Address);
        var pipeline = new EdgePipeline(options, trusted, library, log, time, quiet.CreateLogger(typeof(LocalEdge).FullName!));
        var server = new KestrelServer(Options.Create(ServerOptions(address)), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), quiet), quiet);
        try
        {
            await server.StartAsync(pipeline, ct);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            server.Dispose();
            var reason = exception.InnerException is AddressInUseException ? "the address is in use" : exception.Message;
            throw new IOException($"The local edge cannot listen on Edge:Url '{options.Url}': {reason}. Set Edge:Url to another address, or to port 0 for any free port.", exception);
        }
        catch
        {
            server.Dispose();
            throw;
        }
        return new LocalEdge(server, pipeline, new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()));
    }

    /// <inheritdoc/>
    public ValueTask<LocalEdgePlan> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(_pipeline.Plan);

    /// <inheritdoc/>
    public ValueTask WriteAsync(LocalEdgePlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _pipeline.Plan = plan;
        return ValueTask.CompletedTask;
    }

    /// <summary>Stops listening; requests that are still being answered after 0.3 s are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        using var limit = new CancellationTokenSource(StopLimit);
        await _server.StopAsync(limit.Token);
        _server.Dispose();
    }

    private static KestrelServerOptions ServerOptions(IPEndPoint address)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        // CloudFront admits URLs of 8,192 bytes; method and version stand beside them on the line.
        options.Limits.MaxRequestLineSize = 8_192 + 64;
        options.Limits.MaxRequestHeadersTotalSize = 20_480;
        options.Limits.MaxRequestBodySize = 1_024;
        options.Listen(address, listener => listener.Protocols = HttpProtocols.Http1);
        return options;
    }
}
