namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>Measures plans of a key value store.</summary>
public sealed class KeyValueStorePlanMeasure : IPlanMeasure<KeyValueStorePlan>
{
    /// <inheritdoc/>
    public long Version(KeyValueStorePlan plan) => plan.Version;

    /// <inheritdoc/>
    public int Entries(KeyValueStorePlan plan) => plan.AccountTags + plan.Sids;

    /// <inheritdoc/>
    public int Keys(KeyValueStorePlan plan) => plan.Keys;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> KeyIds(KeyValueStorePlan plan) => plan.KeyIds;

    /// <inheritdoc/>
    public int LeftOut(KeyValueStorePlan plan) => plan.LeftOut;

    /// <inheritdoc/>
    public bool AreEqual(KeyValueStorePlan left, KeyValueStorePlan right) => left.AsksTheSameAs(right);
}
