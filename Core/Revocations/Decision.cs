using Portcullis.Assets;
using Portcullis.Keys;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Revocations;

/// <summary>What a decision does.</summary>
public enum DecisionKind
{
    /// <summary>Blocks the subject until a time.</summary>
    Revoke = 0,

    /// <summary>Ends the block and voids automatic decisions on evidence up to its time.</summary>
    Lift = 1,
}

/// <summary>Where a decision comes from.</summary>
public enum DecisionSource
{
    /// <summary>A verdict of the detectors.</summary>
    Auto = 0,

    /// <summary>A person.</summary>
    Manual = 1,

    /// <summary>A watermark finding.</summary>
    Watermark = 2,

    /// <summary>The account's limit of sessions.</summary>
    AccountLimit = 3,
}

/// <summary>An entry of the ledger.</summary>
public sealed record Decision
{
    /// <summary>Position in the ledger, from 1; 0 before it was appended.</summary>
    public long Sequence { get; init; }

    /// <summary>Identifies the decision; appending the same id again changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary>Revoke or lift.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>The session or account.</summary>
    public required Subject Subject { get; init; }

    /// <summary>Who decides: detectors, a person, a watermark, the account limit.</summary>
    public required DecisionSource Source { get; init; }

    /// <summary>Why, in words; at most 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the key or part of the service that acted.</summary>
    public required string Actor { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Epoch seconds at which a revocation ends; 0 for a lift.</summary>
    public long Until { get; init; }

    /// <summary>Score of the verdict, 0 to 100; 0 unless automatic.</summary>
    public int Score { get; init; }

    /// <summary>What the detectors found.</summary>
    public IReadOnlyList<Finding> Evidence { get; init; } = [];

    /// <summary>Time of the newest log line behind the evidence, epoch milliseconds; null without evidence.</summary>
    public long? EvidenceUntil { get; init; }

    /// <summary>The asset the session played, if known.</summary>
    public string? AssetId { get; init; }

    /// <summary>What stands in place of a reason that was erased.</summary>
    public const string ErasedReason = "erased";

    /// <summary>The decision as far as it outlives an erasure: who is blocked until when, by which source and whom; not why, and not what was watched.</summary>
    public Decision WithoutTexts() => this with { Reason = ErasedReason, Evidence = [], EvidenceUntil = null, Score = 0, AssetId = null };

    /// <summary>The soonest end of a revocation, epoch seconds: nobody is un-blocked while a token minted until now may live.</summary>
    /// <param name="now">When it is decided.</param>
    /// <param name="assets">The assets: their v1 policies say how long v1 tokens live, for which there is no common limit.</param>
    /// <param name="keys">The live keys: without one of format v1, no v1 token verifies.</param>
    public static long LeastUntil(DateTimeOffset now, AssetCatalogue assets, KeySet keys)
    {
        var seconds = now.ToUnixTimeSeconds();
        // A v1 token is still valid in the second in which it ends.
        var v1 = keys.Keys.Any(key => key.Format == TokenFormat.V1) ? assets.LastV1Expiry(seconds) + 1 : 0;
        return Math.Max(seconds + TokenVerifier.DefaultMaxTokenLifetime, v1);
    }
}
