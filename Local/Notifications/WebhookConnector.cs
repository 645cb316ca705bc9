using System.Net;
using System.Net.Sockets;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Resolves a receiver's name and connects to what it was judged by, so that a name cannot lead elsewhere between the two.</summary>
/// <param name="resolve">Resolves a name.</param>
/// <param name="proxy">The proxy that connections may go through, or null.</param>
internal sealed class WebhookConnector(Func<string, CancellationToken, Task<IPAddress[]>> resolve, IWebProxy? proxy)
{
    public async ValueTask<System.IO.Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var url = context.InitialRequestMessage.RequestUri!;
        var end = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await resolve(end.Host, cancellation).ConfigureAwait(false);
        // A proxy resolves the receiver's name itself; where the proxy is, is not the webhook's choice.
        if (proxy is null || proxy.IsBypassed(url) || proxy.GetProxy(url) is null)
            addresses = [.. addresses.Where(address => WebhookAddress.IsAllowed(address, url))];
        if (addresses.Length == 0)
            throw new RefusedAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A receiver's name leads only to addresses that are refused.</summary>
internal sealed class RefusedAddressException() : IOException("The receiver's name leads to an address that is refused.");
