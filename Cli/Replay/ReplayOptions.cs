using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>What a replay reads and judges by.</summary>
internal sealed record ReplayOptions(LogFieldList Fields, DetectionPolicy Policy, int AllowedViewers)
{
    /// <value>How many chunks are worked on at the same time.</value>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);
}
