using System.Collections.Immutable;

namespace Portcullis.Revocations;

/// <summary>
/// The ledger's current state: a pure projection of its decisions, in order. Immutable; <see cref="Apply"/> gives the next one.
/// </summary>
public sealed partial class RevocationSnapshot
{
    /// <summary>The state of an empty ledger.</summary>
    public static readonly RevocationSnapshot Empty = new(0, ImmutableDictionary<Subject, Revocation>.Empty, ImmutableDictionary<Subject, Decision>.Empty);

    private readonly ImmutableDictionary<Subject, Revocation> _revocations;
    private readonly ImmutableDictionary<Subject, Decision> _lifts;

    private RevocationSnapshot(long sequence, ImmutableDictionary<Subject, Revocation> revocations, ImmutableDictionary<Subject, Decision> lifts)
    {
        Sequence = sequence;
        _revocations = revocations;
        _lifts = lifts;
    }

    /// <summary>Sequence of the last decision in it.</summary>
    public long Sequence { get; }

    /// <summary>The revocations that stand, newest first.</summary>
    /// <param name="now">Epoch seconds.</param>
    public IEnumerable<Revocation> Standing(long now) =>
        _revocations.Values.Where(revocation => revocation.Stands(now)).OrderByDescending(revocation => revocation.Decision.Sequence);

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

    /// <summary>Whether anything was lifted.</summary>
    public bool HasLifts => !_lifts.IsEmpty;

    /// <summary>The last lift of a subject, or null.</summary>
    public Decision? LastLift(Subject subject) => _lifts.GetValueOrDefault(subject);

    /// <summary>Whether a decision would change anything now, and if not, why.</summary>
    /// <param name="decision">The decision to judge.</param>
    public DecisionEffect Judge(Decision decision)
    {
        if (decision.Kind == DecisionKind.Lift)
            return _revocations.ContainsKey(decision.Subject) ? DecisionEffect.Applies : DecisionEffect.NothingToLift;
        // A whole account is a customer: no finding and no limit blocks one.
        if (decision.Subject.Kind == SubjectKind.Account && decision.Source != DecisionSource.Manual)
            return DecisionEffect.PeopleOnly;
        if (decision.Source == DecisionSource.Auto && LastLift(decision.Subject) is { } lift && decision.EvidenceUntil <= lift.At.ToUnixTimeMilliseconds())
            return DecisionEffect.Voided;
        return DecisionEffect.Applies;
    }

    /// <summary>The state after a decision that applies. A later end is never shortened by another revocation.</summary>
    public RevocationSnapshot Apply(Decision decision)
    {
        if (decision.Sequence <= Sequence)
            throw new ArgumentException($"Decision {decision.Sequence} does not follow {Sequence}.", nameof(decision));
        switch (decision.Kind)
        {
            case DecisionKind.Lift:
                return new(decision.Sequence, _revocations.Remove(decision.Subject), _lifts.SetItem(decision.Subject, decision));
            default:
                var standing = _revocations.GetValueOrDefault(decision.Subject);
                if (standing is not null && standing.Until > decision.Until)
                    decision = decision with { Until = standing.Until };
                return new(decision.Sequence, _revocations.SetItem(decision.Subject, new Revocation(decision)), _lifts);
        }
    }

    /// <summary>The state without revocations and lifts that ended before a time.</summary>
    /// <param name="before">Epoch seconds.</param>
    public RevocationSnapshot Without(long before) => new(
        Sequence,
        _revocations.RemoveRange(_revocations.Where(entry => entry.Value.Until < before).Select(entry => entry.Key)),
        _lifts.RemoveRange(_lifts.Where(entry => entry.Value.At.ToUnixTimeSeconds() < before).Select(entry => entry.Key)));
}

/// <summary>What a decision does to the current state.</summary>
public enum DecisionEffect
{
    /// <summary>It changes the state.</summary>
    Applies = 0,

    /// <summary>Its id is in the ledger already; nothing is written.</summary>
    AlreadyThere,

    /// <summary>A lift is newer than its evidence; nothing is written.</summary>
    Voided,

    /// <summary>There is no revocation to lift; nothing is written.</summary>
    NothingToLift,

    /// <summary>It would block an account and does not come from a person; nothing is written.</summary>
    PeopleOnly,
}
