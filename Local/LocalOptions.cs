using Portcullis.Local.Edge;
using Portcullis.Local.Stream;

namespace Portcullis.Local;

/// <summary>Options of a local installation.</summary>
public sealed record LocalOptions : InstallationOptions
{
    /// <value>The local edge.</value>
    public LocalEdgeOptions Edge { get; init; } = new();

    /// <value>The log stream between edge and engine.</value>
    public LogStreamOptions Stream { get; init; } = new();
}
