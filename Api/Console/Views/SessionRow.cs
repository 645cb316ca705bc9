using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Console.Views;

/// <summary>A session in a list.</summary>
/// <param name="Report">What is known of it.</param>
/// <param name="IsBlocked">Whether it, or its account, is revoked.</param>
/// <param name="Hold">The automatic revocation that waits for a person, or null.</param>
public sealed record SessionRow(SessionReport Report, bool IsBlocked, Decision? Hold)
{
    /// <summary>A session, and what was decided about it.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="state">The ledger's current state.</param>
    /// <param name="now">Epoch seconds.</param>
    public static SessionRow Of(SessionReport report, RevocationSnapshot state, long now) =>
        new(report, state.FindBlock(report.Sid, now) is not null, state.FindHeld(Subject.Session(report.Sid), now));
}
