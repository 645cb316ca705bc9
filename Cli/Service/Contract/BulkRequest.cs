using System.Text.Json.Serialization;

namespace Portcullis.Cli.Service.Contract;

/// <summary>Asks to lift, release or drop many at once.</summary>
internal sealed record BulkRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Ids,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DecisionCriteria? Filter,
    string Reason,
    bool DryRun,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId);
