using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>
/// What is known of one session, and the step <c>(state, slice, policy) -> (state', verdict)</c>. It knows no clock but the lines' own and
/// does no input or output, so the same lines give the same verdict wherever and whenever they are observed.
/// </summary>
/// <remarks>Owned by one thread at a time: the engine's shard, or the session's grain.</remarks>
public sealed partial class SessionState
{
    /// <summary>How far behind the session's newest line a line may be and still be scored, in milliseconds.</summary>
    public const long Lateness = 60_000;

    /// <summary>Most viewers that are remembered; the ones seen longest ago make room.</summary>
    public const int MaxViewers = 64;

    private readonly Dictionary<ulong, SeenViewer> _viewers = [];
    private readonly Dictionary<ulong, ulong> _networks = [];
    private readonly Dictionary<string, Finding> _findings = [];
    private PlayheadWindow _window = new();
    private long _ignoreUntil;

    /// <summary>The state of a session that was never seen.</summary>
    public SessionState(string sid) => Sid = sid;

    /// <summary>The session.</summary>
    public string Sid { get; }

    /// <summary>The asset it plays, as far as known.</summary>
    public string? AssetId { get; private set; }

    /// <summary>Time of the oldest line, epoch milliseconds.</summary>
    public long FirstSeen { get; private set; } = long.MaxValue;

    /// <summary>Time of the newest line, epoch milliseconds.</summary>
    public long LastSeen { get; private set; } = long.MinValue;

    /// <summary>Lines delivered, repeats included.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that came too late to be scored.</summary>
    public long LateLines { get; private set; }

    /// <summary>The viewers, in no particular order.</summary>
    public IReadOnlyCollection<SeenViewer> Viewers => _viewers.Values;

    /// <summary>Lines up to this time are not scored: when the session was last lifted, epoch milliseconds; 0 for never.</summary>
    public long ResetAt => _ignoreUntil;

    /// <summary>The verdict as it stands.</summary>
    public SessionVerdict Verdict { get; private set; } = SessionVerdict.Clear;

    /// <summary>Observes a slice of the session's lines. The verdict never falls; only a lift resets it.</summary>
    /// <param name="slice">Lines of this session.</param>
    /// <param name="allowedViewers">Viewers that the token policy allows at the same time.</param>
    /// <param name="policy">Thresholds and weights.</param>
    public SessionVerdict Observe(SessionSlice slice, int allowedViewers, DetectionPolicy policy)
    {
        AssetId ??= slice.AssetId;
        foreach (var viewer in slice.Viewers)
            Meet(viewer);
        foreach (ref readonly var line in slice.Lines)
            Count(line, allowedViewers, policy);
        if (Verdict.Action != VerdictAction.Revoke)
            Examine(allowedViewers, policy);
        return Verdict;
    }

    /// <summary>Forgets the evidence up to a time: an operator lifted the block.</summary>
    /// <param name="until">Epoch milliseconds; lines up to then are counted and not scored any more.</param>
    public void Reset(long until)
    {
        _window.Clear();
        _findings.Clear();
        _ignoreUntil = Math.Max(_ignoreUntil, until);
        Verdict = SessionVerdict.Clear;
    }

    private void Count(in SliceLine line, int allowedViewers, DetectionPolicy policy)
    {
        Lines++;
        FirstSeen = Math.Min(FirstSeen, line.Time);
        if (_viewers.TryGetValue(line.Viewer, out var viewer))
        {
            viewer.Lines++;
            viewer.FirstSeen = Math.Min(viewer.FirstSeen, line.Time);
            viewer.LastSeen = Math.Max(viewer.LastSeen, line.Time);
        }
        if (line.Time > LastSeen)
        {
            LastSeen = line.Time;
            if (_window.IsClosable(LastSeen))
                CloseMinutes(allowedViewers, policy);
        }
        else if (line.Time < LastSeen - Lateness)
        {
            LateLines++;
            return;
        }
        if (line.Position >= 0 && line.Succeeded && line.Time > _ignoreUntil && Verdict.Action != VerdictAction.Revoke)
            _window.Add(new Fetch(line.Title, line.Position, line.Viewer, line.Time));
    }

    private void CloseMinutes(int allowedViewers, DetectionPolicy policy)
    {
        // What is about to be forgotten is judged first: a batch may span more than the window.
        Examine(allowedViewers, policy);
        _window.Close(LastSeen, allowedViewers, _networks);
    }

    private void Examine(int allowedViewers, DetectionPolicy policy)
    {
        var changed = false;
        _window.Examine(allowedViewers, _networks, features =>
        {
            changed |= Keep(ConcurrentViewersDetector.Examine(features, allowedViewers, policy.ConcurrentViewers));
            changed |= Keep(DoubledPositionsDetector.Examine(features, allowedViewers, policy.DoubledPositions));
        });
        if (!changed)
            return;
        var score = Math.Min(100, _findings.Values.Sum(finding => finding.Weight));
        Verdict = new SessionVerdict(
            policy.ActionOf(score), score,
            [.. _findings.Values.OrderByDescending(finding => finding.Weight).ThenBy(finding => finding.Detector, StringComparer.Ordinal)]);
    }

    /// <summary>Keeps a detector's heaviest finding, of equally heavy ones the newest: the same whatever order they come in.</summary>
    private bool Keep(Finding? finding)
    {
        if (finding is null || (_findings.TryGetValue(finding.Detector, out var kept) && kept.CompareTo(finding) >= 0))
            return false;
        _findings[finding.Detector] = finding;
        return true;
    }

    private void Meet(ViewerText viewer)
    {
        if (_viewers.ContainsKey(viewer.Key))
            return;
        if (_viewers.Count == MaxViewers)
        {
            var gone = _viewers.Values.MinBy(seen => seen.LastSeen)!;
            _viewers.Remove(gone.Text.Key);
            _networks.Remove(gone.Text.Key);
        }
        _viewers.Add(viewer.Key, new SeenViewer(viewer));
        _networks.Add(viewer.Key, viewer.Network);
    }
}
