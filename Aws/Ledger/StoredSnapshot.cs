using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>A state that was kept so that a start need not read the whole log.</summary>
/// <param name="State">The state.</param>
/// <param name="SweptAt">Epoch seconds: what ended before is not in it.</param>
/// <param name="Erasures">Number of the last erasure that it has followed.</param>
internal sealed record StoredSnapshot(RevocationSnapshot State, long SweptAt, long Erasures)
{
    public static readonly StoredSnapshot None = new(RevocationSnapshot.Empty, long.MinValue, 0);
}
