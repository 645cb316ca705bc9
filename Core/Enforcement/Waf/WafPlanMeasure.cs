namespace Portcullis.Enforcement.Waf;

/// <summary>Measures plans of a WAF rule group.</summary>
public sealed class WafPlanMeasure : IPlanMeasure<WafPlan>
{
    /// <inheritdoc/>
    public long Version(WafPlan plan) => plan.Version;

    /// <inheritdoc/>
    public int Entries(WafPlan plan) => plan.AccountTags + plan.Sids + plan.Covered;

    /// <inheritdoc/>
    public int Keys(WafPlan plan) => 0;

    /// <inheritdoc/>
    public int LeftOut(WafPlan plan) => plan.LeftOut;

    /// <inheritdoc/>
    public bool AreEqual(WafPlan left, WafPlan right) => left.AsksTheSameAs(right);
}
