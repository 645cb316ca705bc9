using Portcullis.Revocations;

namespace Portcullis.Api.Contract;

/// <summary>A request to revoke a session or an account: exactly one of the two.</summary>
internal sealed record RevocationRequest
{
    /// <summary>The session.</summary>
    public string? Sid { get; init; }

    /// <summary>The account, by its tag.</summary>
    public string? AccountTag { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>When the block ends; at least as long as a token may live, which is the default.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary><c>manual</c>, which is the default, or <c>watermark</c>.</summary>
    public DecisionSource Source { get; init; } = DecisionSource.Manual;

    /// <summary>Where the watermark finding is kept; 1 to 200 characters, of source <c>watermark</c> only.</summary>
    public string? Finding { get; init; }

    /// <summary>Asking again with the same id is the same decision; 1 to 64 characters of A-Za-z0-9_-.</summary>
    public string? RequestId { get; init; }
}

/// <summary>A request to lift a revocation.</summary>
internal sealed record LiftRequest
{
    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed record SubjectResponse(SubjectKind Kind, string Value);

internal sealed record DecisionResponse(
    string Id, long Sequence, DecisionKind Kind, SubjectResponse Subject, DecisionSource Source, string Reason, string Actor,
    DateTimeOffset At, DateTimeOffset? Until, int Score, IReadOnlyList<FindingResponse> Evidence, string? Asset,
    string? PolicyVersion, string? UserAgent, uint? Asn, HoldCause? HeldFor, string? Answers, string? Finding, BulkResponse? Bulk, AllowResponse? Allow)
{
    public static DecisionResponse Of(Decision decision) => new(
        decision.Id, decision.Sequence, decision.Kind, new(decision.Subject.Kind, decision.Subject.Value), decision.Source, decision.Reason, decision.Actor,
        decision.At, decision.Until == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(decision.Until), decision.Score,
        [.. decision.Evidence.Select(FindingResponse.Of)], decision.AssetId,
        decision.PolicyVersion, decision.UserAgent, decision.Asn, decision.HeldFor, decision.Answers, decision.Finding,
        decision.Bulk is { } bulk ? new(bulk.Action, bulk.Filter, bulk.Ids?.Count) : null, decision.Allow is { } entry ? AllowResponse.Of(entry) : null);
}

internal sealed record RevocationsResponse(IReadOnlyList<DecisionResponse> Revocations, long? Before);
