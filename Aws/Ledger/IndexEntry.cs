using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>Where a decision is found, and by what: all of it that is never erased.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="First">First sequence of its group.</param>
/// <param name="Id">Its id.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Order">The bulk order that it belongs to, or null.</param>
internal sealed record IndexEntry(long Sequence, long First, string Id, Subject Subject, DecisionKind Kind, string? Order)
{
    public static IEnumerable<IndexEntry> Of(LogGroup group) =>
        group.Decisions.Select(decision => new IndexEntry(decision.Sequence, group.First, decision.Id, decision.Subject, decision.Kind, decision.Order));
}
