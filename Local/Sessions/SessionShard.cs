using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>Some of the sessions, under one lock.</summary>
internal sealed class SessionShard
{
    public readonly Lock Lock = new();
    public readonly Dictionary<string, SessionState> States = new(StringComparer.Ordinal);

    /// <summary>Sessions that changed since the last snapshot, dropped ones included.</summary>
    public readonly HashSet<string> Dirty = new(StringComparer.Ordinal);

    /// <summary>
    /// Scores that the sink has not confirmed. When a delivery fails the batch is observed again, and then the verdict does not rise again.
    /// </summary>
    public readonly Dictionary<string, int> Undelivered = new(StringComparer.Ordinal);

    /// <summary>The state of a session, new or known, about to change.</summary>
    public SessionState Open(string sid)
    {
        if (!States.TryGetValue(sid, out var state))
            States.Add(sid, state = new SessionState(sid));
        Dirty.Add(sid);
        return state;
    }

    public void Drop(string sid)
    {
        States.Remove(sid);
        Undelivered.Remove(sid);
        Dirty.Add(sid);
    }
}
