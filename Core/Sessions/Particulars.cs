namespace Portcullis.Sessions;

/// <summary>What few sessions have, kept apart from the state of all the others: evidence, a lift, late lines, and players and viewers beside the first.</summary>
internal sealed class Particulars
{
    public SessionVerdict Verdict = SessionVerdict.Clear;

    /// <summary>Lines up to this time are not scored, epoch milliseconds.</summary>
    public long IgnoreUntil;

    public long LateLines;

    /// <summary>All playheads, where there are several at a time.</summary>
    public Lane[]? Lanes;

    /// <summary>Viewers after the first.</summary>
    public SeenViewer[] OtherViewers = [];

    public MinuteCounts Counts;

    /// <summary>What was fetched of a title in this minute, where it is more than players fetch.</summary>
    public Coverage? Coverage;

    /// <summary>Minutes on end of so much fetching that its order tells nothing.</summary>
    public ushort BulkMinutes;
}
