using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>Some of the sessions, under one lock.</summary>
internal sealed class SessionShard
{
    /// <summary>A session with no more lines than these is short: it makes room first.</summary>
    private const int ShortLines = 3;

    private readonly int _capacity;
    private readonly HashSet<SessionState>.AlternateLookup<ReadOnlySpan<byte>> _bySid;
    private readonly List<SessionState> _dirty = [];
    private readonly List<string> _dropped = [];

    /// <param name="capacity">Most sessions it keeps.</param>
    /// <param name="context">Policy and room to work in, used under the lock only.</param>
    public SessionShard(int capacity, DetectionContext context)
    {
        _capacity = capacity;
        Context = context;
        _bySid = States.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public readonly Lock Lock = new();
    public readonly HashSet<SessionState> States = new(new SidComparer());

    /// <summary>
    /// Scores that the sink has not confirmed. When a delivery fails the batch is observed again, and then the verdict does not rise again.
    /// </summary>
    public readonly Dictionary<string, int> Undelivered = new(StringComparer.Ordinal);

    public DetectionContext Context { get; }

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
        Touch(state);
        return state;
    }

    /// <summary>Marks a state as changed since the last snapshot.</summary>
    public void Touch(SessionState state)
    {
        if (state.IsDirty)
            return;
        state.IsDirty = true;
        _dirty.Add(state);
    }

    public void Drop(SessionState state)
    {
        States.Remove(state);
        if (Undelivered.Count > 0)
            Undelivered.Remove(state.Sid);
        if (!state.IsDirty)
            _dropped.Add(state.Sid);
    }

    /// <summary>Gives what has changed to a function: states, then sids of dropped sessions; and forgets that it has.</summary>
    public void TakeDirty(Action<SessionState> changed, Action<string> dropped)
    {
        foreach (var state in _dirty)
        {
            state.IsDirty = false;
            if (States.TryGetValue(state, out var kept) && ReferenceEquals(kept, state))
                changed(state);
            else if (kept is null)
                dropped(state.Sid);
        }
        foreach (var sid in _dropped)
        {
            if (Find(System.Text.Encoding.ASCII.GetBytes(sid)) is null)
                dropped(sid);
        }
        _dirty.Clear();
        _dropped.Clear();
    }

    /// <summary>Marks sessions as changed again, by sid.</summary>
    public void ReturnDirty(string sid)
    {
        if (Find(System.Text.Encoding.ASCII.GetBytes(sid)) is { } state)
            Touch(state);
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
