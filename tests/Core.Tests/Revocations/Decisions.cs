namespace Portcullis.Revocations;

/// <summary>Decisions for tests; times in seconds.</summary>
internal static class Decisions
{
    public static Decision Revoke(string id, Subject subject, DecisionSource source = DecisionSource.Manual, long at = 1_000, long until = 2_000, long? evidenceUntil = null) => new()
    {
        Id = id,
        Kind = DecisionKind.Revoke,
        Subject = subject,
        Source = source,
        Reason = "test",
        Actor = "test",
        At = DateTimeOffset.FromUnixTimeSeconds(at),
        Until = until,
        EvidenceUntil = evidenceUntil * 1000,
    };

    public static Decision Lift(string id, Subject subject, long at = 1_000) =>
        Revoke(id, subject, DecisionSource.Manual, at) with { Kind = DecisionKind.Lift, Until = 0 };

    public static Decision Of(DecisionKind kind, string id, Subject subject, long at = 1_000, string? answers = null) =>
        Revoke(id, subject, DecisionSource.Manual, at) with { Kind = kind, Until = kind == DecisionKind.Release ? 2_000 : 0, Answers = answers };

    public static Decision Allow(string id, AllowEntry entry) =>
        Of(DecisionKind.Allow, id, Subject.Entry(entry.Id)) with { Allow = entry, Until = entry.Expires.ToUnixTimeSeconds() };

    /// <summary>The state after decisions, numbered from 1, as far as they apply.</summary>
    public static RevocationSnapshot State(params ReadOnlySpan<Decision> decisions)
    {
        var state = RevocationSnapshot.Empty;
        foreach (var decision in decisions)
        {
            if (state.Judge(decision) == DecisionEffect.Applies)
                state = state.Apply(decision with { Sequence = state.Sequence + 1 });
        }
        return state;
    }
}
