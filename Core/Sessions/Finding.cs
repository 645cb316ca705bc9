namespace Portcullis.Sessions;

/// <summary>One detector's finding: evidence in words and numbers.</summary>
/// <param name="Detector">The detector's name, such as <c>doubled-positions</c>.</param>
/// <param name="Weight">Its share of the score, 0 to 100.</param>
/// <param name="Sentence">What was seen, for a person; holds no address and no token.</param>
/// <param name="Count">How much was seen, in the detector's unit (positions, viewers).</param>
/// <param name="At">Time of the newest log line it rests on, epoch milliseconds.</param>
public sealed record Finding(string Detector, int Weight, string Sentence, int Count, long At) : IComparable<Finding>
{
    /// <value>Whether it may revoke: it rests on playheads that one innocent viewer does not make. Others corroborate.</value>
    public bool IsDecisive { get; init; }

    /// <summary>Orders findings of one detector: by weight, then time, then count.</summary>
    public int CompareTo(Finding? other)
    {
        if (other is null)
            return 1;
        var order = (Weight, At, Count).CompareTo((other.Weight, other.At, other.Count));
        return order != 0 ? order : string.CompareOrdinal(Sentence, other.Sentence);
    }
}
