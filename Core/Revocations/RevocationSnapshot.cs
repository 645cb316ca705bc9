using System.Collections.Immutable;

namespace Portcullis.Revocations;

/// <summary>
/// The ledger's current state: a pure projection of its decisions, in order. Immutable; <see cref="Apply"/> gives the next one.
/// </summary>
public sealed partial class RevocationSnapshot
{
    /// <summary>
    /// How long lifts and drops are remembered here, in seconds: longer than a session lasts and the log stream is kept, so that whoever
    /// reads lines again finds them. The ledger itself remembers them for ever.
    /// </summary>
    public const long VoidRetention = 31 * 86_400;

    /// <summary>The state of an empty ledger.</summary>
    public static readonly RevocationSnapshot Empty = new();

    private ImmutableDictionary<Subject, Revocation> _revocations = ImmutableDictionary<Subject, Revocation>.Empty;
    private ImmutableDictionary<Subject, Decision> _voids = ImmutableDictionary<Subject, Decision>.Empty;
    private ImmutableDictionary<Subject, Decision> _held = ImmutableDictionary<Subject, Decision>.Empty;

    private RevocationSnapshot()
    {
    }

    /// <summary>Sequence of the last decision in it.</summary>
    public long Sequence { get; private set; }

    /// <summary>The decision by which nothing automatic is enforced now, or null while the kill switch is armed.</summary>
    public Decision? Disarmed { get; private set; }

    /// <summary>What detectors must not revoke.</summary>
    public AllowList Allowed { get; private set; } = AllowList.Empty;

    /// <summary>The revocations that stand, newest first.</summary>
    /// <param name="now">Epoch seconds.</param>
    public IEnumerable<Revocation> Standing(long now) =>
        _revocations.Values.Where(revocation => revocation.Stands(now)).OrderByDescending(revocation => revocation.Decision.Sequence);

    /// <summary>How many revocations stand.</summary>
    /// <param name="now">Epoch seconds.</param>
    public int CountStanding(long now) => _revocations.Values.Count(revocation => revocation.Stands(now));

    /// <summary>What waits for a person, newest first: at most one decision about a subject.</summary>
    /// <param name="now">Epoch seconds; what a token can no longer be used for is left out.</param>
    public IEnumerable<Decision> Held(long now) => _held.Values.Where(hold => now < hold.Until).OrderByDescending(hold => hold.Sequence);

    /// <summary>What is held about a subject, or null.</summary>
    /// <param name="subject">Session or account.</param>
    /// <param name="now">Epoch seconds.</param>
    public Decision? FindHeld(Subject subject, long now) => _held.TryGetValue(subject, out var hold) && now < hold.Until ? hold : null;

    /// <summary>The revocation of a subject that stands, or null.</summary>
    /// <param name="subject">Session or account.</param>
    /// <param name="now">Epoch seconds.</param>
    public Revocation? Find(Subject subject, long now) =>
        _revocations.TryGetValue(subject, out var revocation) && revocation.Stands(now) ? revocation : null;

    /// <summary>What blocks a session: its own revocation, or its account's; null when nothing does.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="now">Epoch seconds.</param>
    public Revocation? FindBlock(string sid, long now) =>
        Find(Subject.Session(sid), now)
        ?? (Tokens.SessionId.AccountTagOf(sid) is { IsEmpty: false } tag ? Find(Subject.Account(tag.ToString()), now) : null);

    /// <summary>Whether anything was lifted or dropped.</summary>
    public bool HasVoids => !_voids.IsEmpty;

    /// <summary>The last lift or drop of a subject, without its evidence, or null: it voids automatic decisions on evidence up to its time.</summary>
    public Decision? LastVoid(Subject subject) => _voids.GetValueOrDefault(subject);

    /// <summary>Whether a decision would change anything now, and if not, why.</summary>
    /// <param name="decision">The decision to judge.</param>
    public DecisionEffect Judge(Decision decision) => decision.Kind switch
    {
        DecisionKind.Revoke or DecisionKind.Hold => decision switch
        {
            // A whole account is a customer: no finding and no limit blocks one.
            { Subject.Kind: SubjectKind.Account, Source: not DecisionSource.Manual } => DecisionEffect.PeopleOnly,
            { IsAutomatic: true } when Voids(LastVoid(decision.Subject), decision) => DecisionEffect.Voided,
            { IsAutomatic: true } when Disarmed is not null => DecisionEffect.Disarmed,
            _ => DecisionEffect.Applies,
        },
        DecisionKind.Lift => Answers(decision, _revocations.GetValueOrDefault(decision.Subject)?.Decision) ? DecisionEffect.Applies : DecisionEffect.NothingToLift,
        DecisionKind.Release or DecisionKind.Drop => Answers(decision, _held.GetValueOrDefault(decision.Subject)) ? DecisionEffect.Applies : DecisionEffect.NotHeld,
        DecisionKind.Disarm => Disarmed is null ? DecisionEffect.Applies : DecisionEffect.NoChange,
        DecisionKind.Arm => Disarmed is null ? DecisionEffect.NoChange : DecisionEffect.Applies,
        DecisionKind.Disallow => Allowed.Find(decision.Subject.Value) is null ? DecisionEffect.NoChange : DecisionEffect.Applies,
        _ => DecisionEffect.Applies,
    };

    /// <summary>Whether a lift or drop voids an automatic decision: it is not older than the newest line behind the evidence.</summary>
    /// <param name="lift">The lift or drop; null voids nothing.</param>
    /// <param name="decision">The automatic decision.</param>
    public static bool Voids(Decision? lift, Decision decision) => lift is not null && decision.EvidenceUntil <= lift.At.ToUnixTimeMilliseconds();

    /// <summary>
    /// The state after a decision that applies. A later end is never shortened by another revocation, and a person's decision keeps
    /// standing under its own name when detectors come to the same: a bulk lift of theirs must not undo it.
    /// </summary>
    public RevocationSnapshot Apply(Decision decision)
    {
        if (decision.Sequence <= Sequence)
            throw new ArgumentException($"Decision {decision.Sequence} does not follow {Sequence}.", nameof(decision));
        var next = Copy(decision.Sequence);
        switch (decision.Kind)
        {
            case DecisionKind.Revoke or DecisionKind.Release:
                next._revocations = _revocations.SetItem(decision.Subject, new Revocation(Merge(_revocations.GetValueOrDefault(decision.Subject)?.Decision, decision)));
                next._held = _held.Remove(decision.Subject);
                break;
            case DecisionKind.Hold:
                next._held = _held.SetItem(decision.Subject, decision);
                break;
            case DecisionKind.Lift or DecisionKind.Drop:
                next._revocations = decision.Kind == DecisionKind.Lift ? _revocations.Remove(decision.Subject) : _revocations;
                next._held = _held.Remove(decision.Subject);
                // Kept for a month, to know what it voids: its evidence is not needed for that.
                next._voids = _voids.SetItem(decision.Subject, decision.WithoutEvidence());
                break;
            case DecisionKind.Disarm or DecisionKind.Arm:
                next.Disarmed = decision.Kind == DecisionKind.Disarm ? decision : null;
                break;
            case DecisionKind.Allow:
                next.Allowed = Allowed.With(decision.Allow!);
                break;
            case DecisionKind.Disallow:
                next.Allowed = Allowed.Without(decision.Subject.Value);
                break;
        }
        return next;
    }

    /// <summary>The state without what ended before a time: revocations, holds, entries of the allow-list, and voids after <see cref="VoidRetention"/>.</summary>
    /// <param name="before">Epoch seconds.</param>
    public RevocationSnapshot Without(long before)
    {
        var next = Copy(Sequence);
        next._revocations = _revocations.RemoveRange(_revocations.Where(entry => entry.Value.Until < before).Select(entry => entry.Key));
        next._held = _held.RemoveRange(_held.Where(entry => entry.Value.Until < before).Select(entry => entry.Key));
        next._voids = _voids.RemoveRange(_voids.Where(entry => entry.Value.At.ToUnixTimeSeconds() + VoidRetention < before).Select(entry => entry.Key));
        next.Allowed = Allowed.Without(DateTimeOffset.FromUnixTimeSeconds(before));
        return next;
    }

    /// <summary>The state as of a later decision that changes nothing in it: one about a subject that nothing can stand about any more.</summary>
    /// <param name="sequence">Sequence of that decision.</param>
    public RevocationSnapshot AsOf(long sequence) => sequence > Sequence ? Copy(sequence) : this;

    /// <summary>Whether there is what a decision answers, and it has not ended: whether memory has forgotten it by then must not matter.</summary>
    private static bool Answers(Decision decision, Decision? standing) =>
        standing is not null && decision.At.ToUnixTimeSeconds() < standing.Until && (decision.Answers is null || decision.Answers == standing.Id);

    private static Decision Merge(Decision? standing, Decision decision)
    {
        if (standing is null)
            return decision;
        var until = Math.Max(standing.Until, decision.Until);
        var isPersons = standing.Source != DecisionSource.Auto && decision.Source == DecisionSource.Auto && standing.Until > decision.At.ToUnixTimeSeconds();
        return (isPersons ? standing : decision) with { Until = until };
    }

    private RevocationSnapshot Copy(long sequence) => new()
    {
        Sequence = sequence, _revocations = _revocations, _voids = _voids, _held = _held, Disarmed = Disarmed, Allowed = Allowed,
    };
}
