using System.Net;
using Portcullis.Tokens;

namespace Portcullis.Local.Edge;

/// <summary>Settings of the local edge (section <c>Edge</c>).</summary>
public sealed record LocalEdgeOptions
{
    /// <value>Where to listen: <c>http://&lt;address or localhost&gt;:&lt;port&gt;</c>; port 0 takes a free one. Default <c>http://127.0.0.1:5081</c>.</value>
    public Uri Url { get; init; } = new("http://127.0.0.1:5081");

    /// <value>
    /// Believe <c>CloudFront-Viewer-*</c> request headers, on a loopback-only listener and in requests without a forwarding header.
    /// For development: whoever reaches the listener can then claim any address. Default false.
    /// </value>
    public bool TrustViewerHeaders { get; init; }

    /// <value>The folder whose subfolders are the titles. It is read once, at start. Default <c>Sample</c> beside the assembly.</value>
    public string MediaFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "Sample");

    /// <value>Longest token lifetime that is admitted, in seconds. Default <see cref="TokenVerifier.DefaultMaxTokenLifetime"/>.</value>
    public int MaxTokenLifetime { get; init; } = TokenVerifier.DefaultMaxTokenLifetime;

    /// <value>How much of a live channel can be had at one time.</value>
    public LiveWindow Live { get; init; } = new();

    /// <summary>The address to listen on.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal IPEndPoint Validate()
    {
        if (MaxTokenLifetime < 1)
            throw new ArgumentException($"Edge:MaxTokenLifetime is {MaxTokenLifetime} s; at least 1 s is needed.");
        Live.Validate();
        if (Url is not { IsAbsoluteUri: true, Scheme: "http", PathAndQuery: "/" })
            throw new ArgumentException($"Edge:Url is '{Url}'; it must have the form http://<address or localhost>:<port>.");
        if (Url.Host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, Url.Port);
        if (!IPAddress.TryParse(Url.Host, out var address))
            throw new ArgumentException($"Edge:Url is '{Url}'; its host must be an IP address or localhost.");
        return new IPEndPoint(address, Url.Port);
    }
}
