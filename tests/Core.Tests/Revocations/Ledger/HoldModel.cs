namespace Portcullis.Revocations;

/// <summary>What a ledger must say, worked out from the plain list of acknowledged decisions at every question; knows nothing of limits.</summary>
internal sealed class HoldModel(IReadOnlyList<Decision> decisions)
{
    public bool IsDisarmed => decisions.LastOrDefault(decision => decision.Kind is DecisionKind.Disarm or DecisionKind.Arm)?.Kind == DecisionKind.Disarm;

    /// <summary>Id of what blocks a subject: since the last lift, the newest; but a person's before what detectors came to while it stood.</summary>
    public string? BlockedBy(Subject subject, long now)
    {
        var since = About(subject).Reverse().TakeWhile(decision => decision.Kind != DecisionKind.Lift).Reverse().Where(decision => decision.Kind is DecisionKind.Revoke or DecisionKind.Release).ToList();
        if (since.Count == 0 || since.Max(decision => decision.Until) <= now)
            return null;
        var name = since[0];
        for (var i = 1; i < since.Count; i++)
        {
            var stood = since.Take(i).Max(decision => decision.Until) > since[i].At.ToUnixTimeSeconds();
            if (!(stood && name.Source == DecisionSource.Manual && since[i].Source == DecisionSource.Auto))
                name = since[i];
        }
        return name.Id;
    }

    /// <summary>Id of what is held about a subject: a hold that nothing has answered or overtaken.</summary>
    public string? HeldBy(Subject subject, long now) => About(subject).LastOrDefault() switch
    {
        { Kind: DecisionKind.Hold } hold when now < hold.Until => hold.Id,
        _ => null,
    };

    public Decision? LastVoid(Subject subject) => About(subject).LastOrDefault(decision => decision.Kind is DecisionKind.Lift or DecisionKind.Drop);

    public DecisionEffect Expect(Decision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Revoke or DecisionKind.Hold when decision.Source == DecisionSource.Auto:
                if (LastVoid(decision.Subject) is { } last && decision.EvidenceUntil <= last.At.ToUnixTimeMilliseconds())
                    return DecisionEffect.Voided;
                return IsDisarmed ? DecisionEffect.Disarmed : DecisionEffect.Applies;
            case DecisionKind.Lift:
                return BlockedBy(decision.Subject, decision.At.ToUnixTimeSeconds()) is null ? DecisionEffect.NothingToLift : DecisionEffect.Applies;
            case DecisionKind.Release or DecisionKind.Drop:
                return HeldBy(decision.Subject, decision.At.ToUnixTimeSeconds()) is { } hold && hold == decision.Answers ? DecisionEffect.Applies : DecisionEffect.NotHeld;
            case DecisionKind.Disarm:
                return IsDisarmed ? DecisionEffect.NoChange : DecisionEffect.Applies;
            case DecisionKind.Arm:
                return IsDisarmed ? DecisionEffect.Applies : DecisionEffect.NoChange;
            default:
                return DecisionEffect.Applies;
        }
    }

    private IEnumerable<Decision> About(Subject subject) => decisions.Where(decision => decision.Subject == subject);
}
