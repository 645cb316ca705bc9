using System.Text;
using Portcullis.Tokens;

namespace Portcullis.Sessions;

/// <summary>
/// What is known of one session, and the step <c>(state, slice, policy) -> (state', verdict)</c>. It knows no clock but the lines' own and
/// does no input or output, so the same lines give the same verdict wherever and whenever they are observed.
/// </summary>
/// <remarks>
/// Owned by one thread at a time: the engine's shard, or the session's grain. Kept small, since nearly all sessions are innocent: viewers are
/// numbers, fetches a few bytes each and only as long as lines may still come in between, playheads a few numbers each. One with one viewer
/// and one playhead is one object and one array: docs/design/session-evidence.md shows their layout.
/// </remarks>
public sealed partial class SessionState
{
    /// <summary>How far behind the session's newest line a line may be and still be scored, in milliseconds.</summary>
    public const long Lateness = 60_000;

    /// <summary>Most viewers that are remembered; the ones seen longest ago make room.</summary>
    public const int MaxViewers = 64;

    /// <summary>Longest time to answer that is believed, in milliseconds.</summary>
    internal const int LongestTaken = 5_000;

    private const int MaxRenditions = 15;
    private const long MinuteLength = 60_000, SettleEvery = 10_000;

    /// <summary>The state of a session that was never seen.</summary>
    /// <param name="sid">The session id, a valid sid.</param>
    /// <exception cref="ArgumentException">The sid is longer than one can be.</exception>
    public SessionState(string sid) : this(Encoding.ASCII.GetBytes(sid)) { }

    /// <inheritdoc cref="SessionState(string)"/>
    public SessionState(ReadOnlySpan<byte> sid)
    {
        if (sid.Length > SessionId.MaxLength)
            throw new ArgumentException($"A sid has at most {SessionId.MaxLength} characters, this one {sid.Length}.", nameof(sid));
        Span<byte> prefix = stackalloc byte[1 + SessionId.MaxLength];
        prefix[0] = (byte)sid.Length;
        sid.CopyTo(prefix[1..]);
        _fetches = new FetchLog(prefix[..(1 + sid.Length)]);
    }

    /// <summary>The session.</summary>
    public string Sid => Encoding.ASCII.GetString(SidBytes);

    /// <summary>The session, as ASCII. Valid until the state changes.</summary>
    public ReadOnlySpan<byte> SidBytes
    {
        get
        {
            var prefix = _fetches.Prefix;
            return prefix.Slice(1, prefix[0]);
        }
    }

    /// <summary>The asset it plays, as far as known.</summary>
    public string? AssetId { get; private set; }

    /// <summary>Time of the oldest line, epoch milliseconds.</summary>
    public long FirstSeen { get; private set; } = long.MaxValue;

    /// <summary>Time of the newest line, epoch milliseconds.</summary>
    public long LastSeen { get; private set; } = long.MinValue;

    /// <summary>Lines delivered, repeats included; counted up to 2^32 - 1.</summary>
    public long Lines => _lines;

    /// <summary>Lines that came too late to be scored.</summary>
    public long LateLines => _particulars?.LateLines ?? 0;

    /// <summary>How many viewers are remembered.</summary>
    public int ViewerCount => _viewerCount;

    /// <summary>Lines up to this time are not scored: when the session was last lifted, epoch milliseconds; 0 for never.</summary>
    public long ResetAt => _particulars?.IgnoreUntil ?? 0;

    /// <summary>The verdict as it stands.</summary>
    public SessionVerdict Verdict
    {
        get => _particulars?.Verdict ?? SessionVerdict.Clear;
        private set => Particulars.Verdict = value;
    }

    /// <summary>Whether it has changed since it was last stored.</summary>
    public bool IsDirty
    {
        get => Has(Marks.Dirty);
        set => Mark(Marks.Dirty, value);
    }

    /// <summary>Whether it may have been stored, now or earlier.</summary>
    public bool IsStored
    {
        get => Has(Marks.Stored);
        set => Mark(Marks.Stored, value);
    }

    /// <summary>Observes a slice of the session's lines. The verdict never falls; only a lift resets it.</summary>
    /// <param name="slice">Lines of this session.</param>
    /// <param name="allowedViewers">Viewers that the token policy allows at the same time.</param>
    /// <param name="context">Policy and room to work in.</param>
    public SessionVerdict Observe(SessionSlice slice, int allowedViewers, DetectionContext context)
    {
        AssetId ??= slice.AssetId;
        foreach (ref readonly var line in slice)
            Take(line, allowedViewers, context);
        return Verdict;
    }

    /// <summary>Judges what can be judged once no line before a time can come any more: for sessions that have gone quiet.</summary>
    /// <param name="now">Epoch milliseconds on the lines' clock.</param>
    /// <param name="allowedViewers">Viewers that the token policy allows at the same time.</param>
    /// <param name="context">Policy and room to work in.</param>
    public SessionVerdict Settle(long now, int allowedViewers, DetectionContext context)
    {
        if (IsUnsettled)
            SettleUntil(now - Lateness - LongestTaken, now, allowedViewers, context);
        return Verdict;
    }

    /// <summary>Whether <see cref="Settle"/> has anything left to judge.</summary>
    public bool IsUnsettled => Verdict.Action != VerdictAction.Revoke && ((_fetches.Count > 0 && _fetches.Last.Time >= _settledUntil) || !_lanes.All(_particulars).IsEmpty);

    /// <summary>Forgets the evidence up to a time: an operator lifted the block.</summary>
    /// <param name="until">Epoch milliseconds; lines up to then are counted and not scored any more.</param>
    public void Reset(long until)
    {
        _fetches.Clear();
        _lanes.Clear(_particulars);
        ForgetCoverage();
        _steadyMinutes = 0;
        _fastMinutes = _fetchesOfMinute = 0;
        MinuteEnd = 0;
        Particulars.Counts = default;
        Particulars.IgnoreUntil = Math.Max(Particulars.IgnoreUntil, until);
        Verdict = SessionVerdict.Clear;
    }

    private void Take(in SliceLine line, int allowedViewers, DetectionContext context)
    {
        _lines += _lines < uint.MaxValue ? 1U : 0;
        FirstSeen = Math.Min(FirstSeen, line.Time);
        LastSeen = Math.Max(LastSeen, line.Time);
        var late = line.Time < LastSeen - Lateness;
        var viewer = Meet(line, context);
        Viewer(viewer).Count(line);
        if (late)
            Particulars.LateLines++;
        else if (line.Time > ResetAt && Verdict.Action != VerdictAction.Revoke && line.Succeeded)
            Score(line, (byte)viewer, allowedViewers, context);
        if (LastSeen - Lateness - LongestTaken >= _settledUntil + SettleEvery && Verdict.Action != VerdictAction.Revoke)
            SettleUntil(LastSeen - Lateness - LongestTaken, LastSeen, allowedViewers, context);
    }

    private void Score(in SliceLine line, byte viewer, int allowedViewers, DetectionContext context)
    {
        if (line.Media.Kind == Media.MediaKind.Side)
            _sideMinute = Math.Min(_sideMinute, MinuteOf(line.Time));
        if (line.Media.Kind != Media.MediaKind.Video || RenditionOf(line.Media, context) is not { } rendition)
            return;
        if (line.Media.HasBetter)
            _lesserMinute = Math.Min(_lesserMinute, MinuteOf(line.Time));
        _segmentMilliseconds = Math.Max(_segmentMilliseconds, line.Media.SegmentMilliseconds);
        var fetch = new Fetch(line.Asked, line.Media.Position, viewer, rendition, (byte)line.Request);
        if (_fetches.Add(fetch, _settledUntil - PlayheadOverlap.CrowdSpan, context.Fetches) && IsApart)
            Compare(fetch, allowedViewers, context);
    }

    /// <summary>Looks whether a fetch completes an overlap of homes.</summary>
    private void Compare(in Fetch fetch, int allowedViewers, DetectionContext context)
    {
        var title = Renditions[fetch.Rendition].Title;
        var fetches = OfTitle(_fetches.Read(context.Fetches), title);
        Span<ulong> strangers = stackalloc ulong[MaxViewers];
        FillStrangers(strangers, context);
        if (!IsBehindOrAhead(fetches, fetch, strangers[fetch.Viewer]))
            return;
        var policy = context.Policy;
        var changed = false;
        if (allowedViewers == 1)
        {
            var home = ~strangers[fetch.Viewer] & Viewers;
            for (var others = strangers[fetch.Viewer] & Viewers; others != 0; others &= others - 1)
            {
                var other = System.Numerics.BitOperations.TrailingZeroCount(others);
                // Those near either of the two could be the same player as both.
                var overlap = context.Overlap.Of(fetches, home & strangers[other], ~strangers[other] & strangers[fetch.Viewer] & Viewers, _segmentMilliseconds, Math.Min(policy.DoubledPositions.LeastOverlap, policy.DivergingPlayheads.LeastOverlap));
                changed |= Keep(Detectors.DoubledPositionsDetector.Examine(overlap, policy.DoubledPositions), policy.DoubledPositions, false, policy);
                changed |= Keep(Detectors.DivergingPlayheadsDetector.Examine(overlap, policy.DivergingPlayheads), policy.DivergingPlayheads, false, policy);
            }
        }
        var homes = Math.Max(3, allowedViewers + 1);
        if (_viewerCount >= homes)
            changed |= Keep(Detectors.DoubledPositionsDetector.Examine(PlayheadOverlap.CrowdOf(fetches, strangers, homes), homes, allowedViewers, policy.DoubledPositions), policy.DoubledPositions, false, policy);
        if (changed)
            Judge(LastSeen, policy);
    }

    /// <summary>Whether the fetch and one of a stranger near it in time need two players, or a jump.</summary>
    private static bool IsBehindOrAhead(ReadOnlySpan<Fetch> fetches, in Fetch fetch, ulong strangers)
    {
        foreach (ref readonly var other in fetches)
        {
            if (((strangers >> other.Viewer) & 1) == 0 || Math.Abs(other.Time - fetch.Time) > PlayheadOverlap.CrowdSpan)
                continue;
            var ahead = other.Time <= fetch.Time ? other.Position - fetch.Position : fetch.Position - other.Position;
            if (ahead >= 0 && ahead != 1)
                return true;
        }
        return false;
    }

    private Span<Fetch> OfTitle(Span<Fetch> fetches, uint title)
    {
        var renditions = Renditions;
        var count = 0;
        for (var i = 0; i < fetches.Length; i++)
        {
            if (renditions[fetches[i].Rendition].Title == title)
                fetches[count++] = fetches[i];
        }
        return fetches[..count];
    }

    /// <summary>Keeps a detector's heaviest finding, of equally heavy ones the newest: the same whatever order they come in.</summary>
    private bool Keep(Finding? finding, Detectors.DetectorOptions options, bool needsEveryLine, DetectionPolicy policy)
    {
        if (finding is null)
            return false;
        finding = policy.Weigh(finding, options, needsEveryLine);
        var evidence = Verdict.Evidence;
        for (var i = 0; i < evidence.Count; i++)
        {
            if (evidence[i].Detector != finding.Detector)
                continue;
            if (evidence[i].CompareTo(finding) >= 0)
                return false;
            Verdict = Verdict with { Evidence = [.. evidence.Where(kept => kept.Detector != finding.Detector), finding] };
            return true;
        }
        Verdict = Verdict with { Evidence = [.. evidence, finding] };
        return true;
    }

    private void Judge(long now, DetectionPolicy policy)
    {
        var score = Math.Min(100, Verdict.Evidence.Sum(finding => finding.Weight));
        var action = policy.ActionOf(score, Verdict.Evidence.Any(finding => finding.IsDecisive));
        Verdict = new SessionVerdict(
            action, score, [.. Verdict.Evidence.OrderByDescending(finding => finding.Weight).ThenBy(finding => finding.Detector, StringComparer.Ordinal)],
            action == Verdict.Action ? Verdict.DecidedAt : now);
        if (action != VerdictAction.Revoke)
            return;
        // Decided: nothing is scored any more unless the session is lifted.
        _fetches.Clear();
        _lanes.Clear(_particulars);
        ForgetCoverage();
    }

    /// <summary>Index of a rendition; null when more are in use than a player switches among.</summary>
    private byte? RenditionOf(in Media.MediaRequest media, DetectionContext context)
    {
        var renditions = Renditions;
        var key = new RenditionKey(media.Title, media.Rendition);
        var at = renditions.IndexOf(key);
        if (at >= 0)
            return (byte)at;
        if (renditions.Length < MaxRenditions)
        {
            Add(key);
            return (byte)renditions.Length;
        }
        var used = 0;
        foreach (ref readonly var fetch in _fetches.Read(context.Fetches))
            used |= 1 << fetch.Rendition;
        var free = System.Numerics.BitOperations.TrailingZeroCount(~used);
        if (free >= MaxRenditions)
            return null;
        renditions[free] = key;
        return (byte)free;
    }
}
