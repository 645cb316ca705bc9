using Portcullis.Sessions;

namespace Portcullis.Cli.Evaluation;

/// <summary>What became of an offender.</summary>
internal enum Outcome
{
    /// <summary>Nothing was decided after the offence had begun.</summary>
    Missed = 0,

    /// <summary>Flagged and not revoked.</summary>
    Flagged,

    /// <summary>Revoked.</summary>
    Revoked,

    /// <summary>Revoked before the offence began.</summary>
    RevokedEarly,
}

/// <summary>One offender's outcome.</summary>
/// <param name="Label">The offender.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="Seconds">From the first offence to the revocation, where there is one.</param>
internal sealed record OffenderFate(SessionLabel Label, Outcome Outcome, double Seconds)
{
    /// <summary>Judges the decisions about an offender. The first revocation counts: after it the session is closed.</summary>
    public static OffenderFate Of(SessionLabel offender, IEnumerable<SessionDecision> decisions)
    {
        var began = offender.FirstOffence ?? throw new ArgumentException($"{offender.Name} has no first offence", nameof(offender));
        SessionDecision? revocation = null;
        var flagged = false;
        foreach (var decision in decisions.OrderBy(decision => decision.DecidedAt))
        {
            if (decision.Action == VerdictAction.Revoke)
                revocation ??= decision;
            flagged |= decision.Action == VerdictAction.Flag && decision.DecidedAt >= began;
        }
        return revocation switch
        {
            null => new OffenderFate(offender, flagged ? Outcome.Flagged : Outcome.Missed, 0),
            { } early when early.DecidedAt < began => new OffenderFate(offender, Outcome.RevokedEarly, 0),
            _ => new OffenderFate(offender, Outcome.Revoked, (double)(revocation.DecidedAt - began)),
        };
    }
}
