namespace Portcullis.Revocations;

/// <summary>The order to do something to many at once. Once it is in the ledger it can be finished after a crash, and means the same then.</summary>
public sealed record BulkOrder
{
    /// <summary>What is done.</summary>
    public required BulkAction Action { get; init; }

    /// <summary>To which; null when <see cref="Ids"/> names them.</summary>
    public DecisionFilter? Filter { get; init; }

    /// <summary>To these decisions; null when <see cref="Filter"/> finds them.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Only to decisions up to this sequence: what is decided after the order is none of its business.</summary>
    public long UpTo { get; init; }

    /// <summary>Those of some decisions that are meant.</summary>
    public IEnumerable<Decision> AmongThe(IEnumerable<Decision> decisions)
    {
        var ids = Ids?.ToHashSet(StringComparer.Ordinal);
        return decisions.Where(decision => decision.Sequence <= UpTo && Filter?.Matches(decision) != false && ids?.Contains(decision.Id) != false);
    }

    /// <summary>Whether another order asks the same, whenever it was given.</summary>
    public bool AsksTheSameAs(BulkOrder other) =>
        Action == other.Action && Filter == other.Filter && (Ids ?? []).Order(StringComparer.Ordinal).SequenceEqual((other.Ids ?? []).Order(StringComparer.Ordinal));
}
