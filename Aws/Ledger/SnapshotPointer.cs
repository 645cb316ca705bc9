namespace Portcullis.Aws.Ledger;

/// <summary>Says which snapshot is the one to start from.</summary>
/// <param name="Id">Names its chunks.</param>
/// <param name="Chunks">How many there are.</param>
/// <param name="Sequence">The last decision in it.</param>
/// <param name="SweptAt">Epoch seconds: what ended before is not in it.</param>
/// <param name="Erasures">Number of the last erasure that it has followed.</param>
/// <param name="EvidenceFrom">Epoch seconds of its oldest decision that has evidence.</param>
internal sealed record SnapshotPointer(string Id, long Chunks, long Sequence, long SweptAt, long Erasures, long EvidenceFrom);
