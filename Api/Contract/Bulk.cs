using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Contract;

/// <summary>A request to lift all standing revocations that a filter names.</summary>
internal sealed record BulkLiftRequest
{
    /// <summary>Which; at least one criterion.</summary>
    public required FilterRequest Filter { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Counts only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Repeats, or finishes, the same order; 1 to 64 characters of A-Za-z0-9_-.</summary>
    public string? RequestId { get; init; }
}

/// <summary>A request to release or drop held decisions: those with certain ids, or all that a filter names.</summary>
internal sealed record HeldRequest
{
    /// <summary>Which, by id; 1 to 1,000.</summary>
    public List<string>? Ids { get; init; }

    /// <summary>Which, by what they have in common; at least one criterion.</summary>
    public FilterRequest? Filter { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Counts only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Repeats, or finishes, the same order; 1 to 64 characters of A-Za-z0-9_-.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Criteria of a <see cref="DecisionFilter"/>; what is left out does not matter.</summary>
internal sealed record FilterRequest
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? Asset { get; init; }

    public string? Detector { get; init; }

    public string? PolicyVersion { get; init; }

    public DecisionSource? Source { get; init; }

    public string? Actor { get; init; }

    public string? UserAgent { get; init; }

    public uint? Asn { get; init; }

    public DecisionFilter ToFilter() => new()
    {
        From = From, To = To, Asset = Asset, Detector = Detector, PolicyVersion = PolicyVersion, Source = Source, Actor = Actor, UserAgent = UserAgent, Asn = Asn,
    };
}

internal sealed record BulkResponse(BulkAction Action, DecisionFilter? Filter, int? Ids);

internal sealed record BulkOutcomeResponse(string? RequestId, bool DryRun, int Matched, int Done)
{
    public static BulkOutcomeResponse Of(BulkOutcome outcome, bool dryRun) => new(outcome.RequestId, dryRun, outcome.Matched, outcome.Done);
}
