using Portcullis.Enforcement;
using Portcullis.Logs;

namespace Portcullis.Engine;

/// <summary>How the parts of an installation are doing.</summary>
public interface IServiceStatus
{
    /// <summary>Where players reach the edge, when an asset names no host of its own.</summary>
    Uri EdgeUrl { get; }

    /// <summary>How far each target is.</summary>
    IReadOnlyList<TargetStatus> Targets { get; }

    /// <summary>How the log stream is doing.</summary>
    StreamStatus Stream { get; }

    /// <summary>The health of each part that can fail.</summary>
    IReadOnlyList<StoreHealth> Health { get; }

    /// <summary>The malformed lines.</summary>
    MalformedLines Malformed { get; }

    /// <summary>Where refused requests come from, most first.</summary>
    IReadOnlyList<RefusedSource> RefusedSources { get; }
}
