using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>What to look for in the whole ledger.</summary>
public sealed record DecisionQuery
{
    /// <value>Only about this session or account.</value>
    public Subject? Subject { get; init; }

    /// <value>Only of this kind.</value>
    public DecisionKind? Kind { get; init; }

    /// <value>Only what has this in common.</value>
    public DecisionFilter Filter { get; init; } = new();
}
