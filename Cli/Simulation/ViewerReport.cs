using System.Text.Json;

namespace Portcullis.Cli.Simulation;

/// <summary>The result of <c>simulate viewer</c>. Times named <c>…At</c> are seconds since <see cref="StartedAt"/>.</summary>
/// <param name="Blocked">Whether the edge refused the viewer with 403.</param>
/// <param name="Outcome"><c>stopped</c> after the full time, <c>finished</c> when the asset was over, <c>blocked</c>, <c>unauthorized</c> or <c>failed</c>.</param>
internal sealed record ViewerReport(
    string Asset,
    string Sid,
    DateTimeOffset StartedAt,
    bool Blocked,
    string Outcome,
    string? Detail,
    double Seconds,
    int Segments,
    double? FirstSegmentAt,
    double? BlockedAt,
    IReadOnlyList<NetworkChange> NetworkChanges,
    double? Score,
    string? Action,
    JsonElement? Evidence);
