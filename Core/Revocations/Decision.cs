using System.Text.Json.Serialization;
using Portcullis.Assets;
using Portcullis.Keys;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Revocations;

/// <summary>An entry of the ledger.</summary>
public sealed record Decision
{
    /// <summary>Position in the ledger, from 1; 0 before it was appended.</summary>
    public long Sequence { get; init; }

    /// <summary>Identifies the decision; appending the same id again changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>The session or account; for the kill switch and the allow-list see <see cref="SubjectKind"/>.</summary>
    public required Subject Subject { get; init; }

    /// <summary>Who decides: detectors, a person, a watermark, the account limit.</summary>
    public required DecisionSource Source { get; init; }

    /// <summary>Why, in words; at most 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the key or part of the service that acted.</summary>
    public required string Actor { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Epoch seconds at which a revocation, a hold or an entry of the allow-list ends; 0 for other kinds.</summary>
    public long Until { get; init; }

    /// <summary>Score of the verdict, 0 to 100; 0 unless automatic.</summary>
    public int Score { get; init; }

    /// <summary>What the detectors found; of a release, drop or lift, what they had found when they decided what it answers.</summary>
    public IReadOnlyList<Finding> Evidence { get; init; } = [];

    /// <summary>Time of the newest log line behind the evidence, epoch milliseconds; null without evidence.</summary>
    public long? EvidenceUntil { get; init; }

    /// <summary>The asset the session played, if known.</summary>
    public string? AssetId { get; init; }

    /// <summary>The version of the detection policy that judged; null unless automatic.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The user agent that most of the session's lines have; null where it is not known.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The autonomous system that most of the session's lines come from; null where it is not known.</summary>
    public uint? Asn { get; init; }

    /// <summary>Why it is held; null unless it is.</summary>
    public HoldCause? HeldFor { get; init; }

    /// <summary>Id of the decision that this one answers: the revocation of a lift, the hold of a release or drop. It applies only while that one stands.</summary>
    public string? Answers { get; init; }

    /// <summary>Id of the bulk order that it belongs to, or null.</summary>
    public string? Order { get; init; }

    /// <summary>Where a watermark finding is kept, for a person; null unless it is one.</summary>
    public string? Finding { get; init; }

    /// <summary>The order; of <see cref="DecisionKind.Bulk"/> only.</summary>
    public BulkOrder? Bulk { get; init; }

    /// <summary>The entry; of <see cref="DecisionKind.Allow"/> and <see cref="DecisionKind.Disallow"/> only.</summary>
    public AllowEntry? Allow { get; init; }

    /// <summary>Whether it blocks its subject.</summary>
    [JsonIgnore]
    public bool Blocks => Kind is DecisionKind.Revoke or DecisionKind.Release;

    /// <summary>Whether it is for the breaker and the kill switch to judge: a revocation by the detectors.</summary>
    [JsonIgnore]
    public bool IsAutomatic => Kind is DecisionKind.Revoke or DecisionKind.Hold && Source == DecisionSource.Auto;

    /// <summary>What stands in place of a detector's sentence that has been kept for long enough.</summary>
    public const string ExpiredReason = "evidence deleted: its retention is over";

    /// <summary>Whether it says what was watched, or with what: that is kept for a time only.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasEvidence => Evidence.Count > 0 || UserAgent is not null || Asn is not null;

    /// <summary>The decision as far as it outlives its evidence: neither what was watched nor with what. What a person wrote stays.</summary>
    public Decision WithoutEvidence() =>
        this with { Reason = Source == DecisionSource.Auto ? ExpiredReason : Reason, Evidence = [], UserAgent = null, Asn = null };

    /// <summary>
    /// The decision by which a person takes this one back: of a hold a drop, of a revocation a lift. It says of the session what this one does, so
    /// that lists find both by the same criteria.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="order">The bulk order that it belongs to, or null.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="at">When.</param>
    internal Decision TakenBack(string id, string? order, string reason, string actor, DateTimeOffset at) => new()
    {
        Id = id, Order = order, Kind = Kind == DecisionKind.Hold ? DecisionKind.Drop : DecisionKind.Lift, Subject = Subject, Source = DecisionSource.Manual, Reason = reason,
        Actor = actor, At = at, Evidence = Evidence, AssetId = AssetId, PolicyVersion = PolicyVersion, UserAgent = UserAgent, Asn = Asn, Answers = Id,
    };

    /// <summary>What stands in place of a reason that was erased.</summary>
    public const string ErasedReason = "erased";

    /// <summary>The decision as far as it outlives an erasure: who is blocked until when, by which source and whom; not why, and not what was watched.</summary>
    public Decision WithoutTexts() => this with
    {
        Reason = ErasedReason, Evidence = [], EvidenceUntil = null, Score = 0, AssetId = null, UserAgent = null, Asn = null, Finding = null,
    };

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
