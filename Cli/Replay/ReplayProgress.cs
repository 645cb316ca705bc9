namespace Portcullis.Cli.Replay;

/// <summary>How far a replay is: everything that goes on from there, besides sessions, titles and decisions.</summary>
internal sealed record ReplayProgress
{
    /// <value>How many sources were read to their end.</value>
    public int Sources { get; init; }

    /// <value>How many bytes of the next one were observed, unpacked; a line begins there.</value>
    public long Offset { get; init; }

    public long Bytes { get; init; }

    public long Lines { get; init; }

    public long Accepted { get; init; }

    public long Refused { get; init; }

    public long Malformed { get; init; }

    /// <value>Time of the newest line, epoch milliseconds.</value>
    public long NewestTime { get; init; }

    public long SettledAt { get; init; }

    public long DroppedAt { get; init; }

    /// <value>How many rounds of chunks were observed.</value>
    public int Rounds { get; init; }

    /// <value>The field list in force; null before anything was read.</value>
    public string? Fields { get; init; }

    /// <value>Time spent so far.</value>
    public TimeSpan Took { get; init; }

    /// <value>How many decisions were made.</value>
    public int Decisions { get; init; }

    /// <value>How many documents these are stored in.</value>
    public int DecisionDocuments { get; init; }
}
