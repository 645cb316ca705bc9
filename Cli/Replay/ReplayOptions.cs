using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>What a replay reads and judges by.</summary>
internal sealed record ReplayOptions(LogFieldList Fields, DetectionPolicy Policy, int AllowedViewers);
