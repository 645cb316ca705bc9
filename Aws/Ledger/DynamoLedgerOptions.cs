using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>How a <see cref="DynamoLedger"/> works.</summary>
public sealed record DynamoLedgerOptions
{
    /// <value>The ledger's table: nothing else is in it.</value>
    public required string Table { get; init; }

    /// <value>When automatic revocations are held.</value>
    public BreakerOptions Breaker { get; init; } = new();

    /// <value>How often the end of the log is looked at for what another process has written. Default 1 s.</value>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>A snapshot is written after this many decisions, or after a quarter of what stands where that is more. Default 2,000.</value>
    public int SnapshotEvery { get; init; } = 2_000;
}
