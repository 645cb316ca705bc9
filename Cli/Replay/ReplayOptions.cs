using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>What a replay reads and judges by.</summary>
internal sealed record ReplayOptions(LogFieldList Fields, DetectionPolicy Policy, int AllowedViewers)
{
    /// <value>Time between two moments at which a replay that can be resumed stores its progress. Default 5 s.</value>
    public TimeSpan StoreEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>How many chunks are worked on at the same time.</value>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);
}
