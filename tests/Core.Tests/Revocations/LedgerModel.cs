namespace Portcullis.Revocations;

/// <summary>What a ledger's state must be, worked out from the plain list of decisions at every question.</summary>
internal sealed class LedgerModel
{
    private readonly List<Decision> _decisions = [];

    public void Add(Decision decision) => _decisions.Add(decision);

    public DecisionEffect Judge(Decision decision)
    {
        var about = _decisions.FindAll(other => other.Subject == decision.Subject);
        if (decision.Kind == DecisionKind.Lift)
            return Find(decision.Subject, decision.At.ToUnixTimeSeconds()) is null ? DecisionEffect.NothingToLift : DecisionEffect.Applies;
        if (decision.Subject.Kind == SubjectKind.Account && decision.Source != DecisionSource.Manual)
            return DecisionEffect.PeopleOnly;
        var isVoided = decision.Source == DecisionSource.Auto
            && about.FindLast(other => other.Kind == DecisionKind.Lift) is { } lift
            && decision.EvidenceUntil <= lift.At.ToUnixTimeMilliseconds();
        return isVoided ? DecisionEffect.Voided : DecisionEffect.Applies;
    }

    /// <summary>Id of the decision that blocks a subject, and until when; null when none does.</summary>
    public (string Id, long Until)? Find(Subject subject, long now)
    {
        (string Id, long Until)? block = null;
        var isPersons = false;
        foreach (var decision in _decisions.Where(decision => decision.Subject == subject))
        {
            if (decision.Kind == DecisionKind.Lift)
            {
                block = null;
                continue;
            }
            // Detectors that come to the same as a person prolong the person's decision.
            var prolongs = isPersons && decision.Source == DecisionSource.Auto && block?.Until > decision.At.ToUnixTimeSeconds();
            block = (prolongs ? block!.Value.Id : decision.Id, Math.Max(decision.Until, block?.Until ?? 0));
            isPersons = prolongs || decision.Source != DecisionSource.Auto;
        }
        return block?.Until > now ? block : null;
    }

    public string? LastLift(Subject subject) =>
        _decisions.FindLast(decision => decision.Subject == subject && decision.Kind == DecisionKind.Lift)?.Id;
}
