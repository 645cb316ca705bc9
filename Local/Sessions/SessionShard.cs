using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>Some of the sessions, under one lock.</summary>
internal sealed class SessionShard
{
    /// <summary>A session with no more lines than these is short: it makes room first.</summary>
    private const int ShortLines = 3;

    /// <summary>Most policies of assets that a shard keeps room to work in for: some 100 KB each.</summary>
    private const int MostContexts = 32;

    private readonly int _capacity;
    private readonly DetectionContext _installation;
    private readonly AgentTexts _agents;
    private readonly Dictionary<DetectionPolicy, DetectionContext> _contexts = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<SessionState>.AlternateLookup<ReadOnlySpan<byte>> _bySid;
    private readonly List<string> _dropped = [];

    /// <param name="capacity">Most sessions it keeps.</param>
    /// <param name="policy">The installation's policy.</param>
    /// <param name="agents">Texts of user agents.</param>
    public SessionShard(int capacity, DetectionPolicy policy, AgentTexts agents)
    {
        _capacity = capacity;
        _installation = new DetectionContext(policy, agents);
        _agents = agents;
        _bySid = States.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public readonly Lock Lock = new();
    public readonly HashSet<SessionState> States = new(new SidComparer());

    /// <summary>
    /// Scores that the sink has not confirmed. When a delivery fails the batch is observed again, and then the verdict does not rise again.
    /// </summary>
    public readonly Dictionary<string, int> Undelivered = new(StringComparer.Ordinal);

    /// <summary>
    /// Sessions whose verdict asks for a revocation that was not enforced: their asset was not armed. A verdict does not rise again, so the
    /// sink is asked again with each of their later lines. After a restart, all that are judged so: what was enforced is not known here.
    /// </summary>
    public readonly HashSet<string> Unenforced = new(StringComparer.Ordinal);

    /// <summary>Policy and room to work in, used under the lock only.</summary>
    public DetectionContext ContextOf(DetectionPolicy policy)
    {
        if (ReferenceEquals(policy, _installation.Policy))
            return _installation;
        if (_contexts.TryGetValue(policy, out var context))
            return context;
        // Those of earlier catalogues go with the others; what is in use comes back.
        if (_contexts.Count >= MostContexts)
            _contexts.Clear();
        return _contexts[policy] = new DetectionContext(policy, _agents);
    }

    /// <summary>Sessions that were pushed out because there was no room.</summary>
    public long PushedOut { get; private set; }

    public SessionState? Find(ReadOnlySpan<byte> sid) => _bySid.TryGetValue(sid, out var state) ? state : null;

    /// <summary>The state of a session, new or known, about to change.</summary>
    public SessionState Open(ReadOnlySpan<byte> sid)
    {
        if (!_bySid.TryGetValue(sid, out var state))
        {
            if (States.Count >= _capacity)
                MakeRoom();
            States.Add(state = new SessionState(sid));
        }
        state.IsDirty = true;
        return state;
    }

    public void Drop(SessionState state)
    {
        States.Remove(state);
        Forget(state.Sid);
        if (state.IsStored)
            _dropped.Add(state.Sid);
    }

    /// <summary>Forgets that a session's verdict was on its way to the sink.</summary>
    public void Forget(string sid)
    {
        if (Undelivered.Count > 0)
            Undelivered.Remove(sid);
        if (Unenforced.Count > 0)
            Unenforced.Remove(sid);
    }

    /// <summary>Takes back a session that was stored.</summary>
    public void Restore(SessionState state)
    {
        state.IsStored = true;
        States.Add(state);
        if (state.Verdict.Action == VerdictAction.Revoke)
            Unenforced.Add(state.Sid);
    }

    /// <summary>Takes what became of a verdict.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="score">The score that was delivered.</param>
    /// <param name="settled">Whether the sink has nothing left to do.</param>
    /// <returns>Whether anything has changed by it.</returns>
    public bool Confirm(string sid, int score, bool settled)
    {
        if (Undelivered.TryGetValue(sid, out var undelivered) && undelivered <= score)
            Undelivered.Remove(sid);
        if (settled)
        {
            Unenforced.Remove(sid);
            return true;
        }
        return Find(System.Text.Encoding.ASCII.GetBytes(sid)) is not null && Unenforced.Add(sid);
    }

    /// <summary>Gives what has changed to a function: states, then sids of dropped sessions; and forgets that it has.</summary>
    /// <param name="isKept">Whether a session is stored; one that is no more counts as dropped.</param>
    /// <param name="changed">Takes the states.</param>
    /// <param name="dropped">Takes the sids of what may be stored and is to be no more.</param>
    public void TakeDirty(Func<SessionState, bool> isKept, Action<SessionState> changed, Action<string> dropped)
    {
        // All are looked at: a list of those that changed would cost each of them the bytes that name it.
        foreach (var state in States)
        {
            if (!state.IsDirty)
                continue;
            var (wasStored, isStored) = (state.IsStored, isKept(state));
            (state.IsDirty, state.IsStored) = (false, isStored);
            if (isStored)
                changed(state);
            else if (wasStored)
                dropped(state.Sid);
        }
        foreach (var sid in _dropped)
        {
            if (Find(System.Text.Encoding.ASCII.GetBytes(sid)) is null)
                dropped(sid);
        }
        _dropped.Clear();
    }

    /// <summary>Marks sessions as changed again, by sid.</summary>
    public void ReturnDirty(string sid)
    {
        if (Find(System.Text.Encoding.ASCII.GetBytes(sid)) is { } state)
            (state.IsDirty, state.IsStored) = (true, true);
        else
            _dropped.Add(sid);
    }

    /// <summary>
    /// A flood of sessions of a line or two must not push out real ones: of some sessions the shortest goes, of equally short ones the one
    /// seen longest ago.
    /// </summary>
    private void MakeRoom()
    {
        SessionState? least = null;
        var looked = 0;
        foreach (var state in States)
        {
            if (state.Verdict.Score == 0 && (least is null || Rank(state).CompareTo(Rank(least)) < 0))
                least = state;
            if (++looked >= 64 && least is not null && least.Lines <= ShortLines)
                break;
            if (looked >= 4096 && least is not null)
                break;
        }
        Drop(least ?? States.First());
        PushedOut++;
    }

    private static (long Lines, long LastSeen) Rank(SessionState state) => (Math.Min(state.Lines, ShortLines + 1), state.LastSeen);
}
