namespace Portcullis.Aws.Kinesis;

/// <summary>What readers counted that are no more.</summary>
internal sealed class RetiredCounts
{
    private readonly Lock _lock = new();
    private ReaderCounts _current;

    public ReaderCounts Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    public void Add(KinesisShardReader reader)
    {
        lock (_lock)
            _current = _current.Plus(reader);
    }
}

/// <summary>Sums over readers.</summary>
internal readonly record struct ReaderCounts(
    long Lines, long Accepted, long Refused, long AfterBlock, long Unchecked, long NewestTime, long Throttled, long Gaps)
{
    public ReaderCounts Plus(KinesisShardReader reader) => new(
        Lines + reader.Intake.Lines, Accepted + reader.Intake.Accepted, Refused + reader.Intake.Refused, AfterBlock + reader.Intake.AfterBlock,
        Unchecked + reader.Intake.Unchecked, Math.Max(NewestTime, reader.Intake.NewestTime), Throttled + reader.Throttled, Gaps + reader.Gaps);
}
