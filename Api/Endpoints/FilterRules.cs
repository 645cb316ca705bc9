using Portcullis.Assets;
using Portcullis.Revocations;

namespace Portcullis.Api.Endpoints;

/// <summary>Checks what callers say of the decisions that they mean.</summary>
internal static class FilterRules
{
    /// <summary>Everything that is wrong with a filter.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="prefix">Path in front of its fields, such as <c>filter.</c>.</param>
    public static IEnumerable<FieldError> Check(DecisionFilter filter, string prefix = "")
    {
        foreach (var (name, text) in (ReadOnlySpan<(string, string?)>)
            [("asset", filter.Asset), ("detector", filter.Detector), ("policyVersion", filter.PolicyVersion), ("actor", filter.Actor), ("userAgent", filter.UserAgent)])
        {
            if (text is { Length: 0 or > DecisionFilter.MaxText })
                return [new(prefix + name, $"must be 1 to {DecisionFilter.MaxText} characters")];
        }
        return filter.From >= filter.To ? [new(prefix + "to", "must be later than from")] : [];
    }
}
