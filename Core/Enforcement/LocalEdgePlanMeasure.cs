namespace Portcullis.Enforcement;

/// <summary>Measures plans of a local edge.</summary>
public sealed class LocalEdgePlanMeasure : IPlanMeasure<LocalEdgePlan>
{
    /// <inheritdoc/>
    public long Version(LocalEdgePlan plan) => plan.Version;

    /// <inheritdoc/>
    public int Entries(LocalEdgePlan plan) => plan.Sids.Count + plan.AccountTags.Count;

    /// <inheritdoc/>
    public int Keys(LocalEdgePlan plan) => plan.Keys.Keys.Count;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> KeyIds(LocalEdgePlan plan) => [.. plan.Keys.Keys.Select(key => key.KeyId)];

    /// <inheritdoc/>
    public int LeftOut(LocalEdgePlan plan) => 0;

    /// <inheritdoc/>
    public bool AreEqual(LocalEdgePlan left, LocalEdgePlan right) => left.AsksTheSameAs(right);
}
