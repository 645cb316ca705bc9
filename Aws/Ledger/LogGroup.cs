using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>Decisions that were written together.</summary>
/// <param name="Id">Tells the group from another that wanted the same place.</param>
/// <param name="First">Sequence of the first; the others follow without a gap.</param>
/// <param name="Decisions">The decisions, with their sequences.</param>
/// <param name="Revision">How often their texts were written anew.</param>
internal sealed record LogGroup(string Id, long First, IReadOnlyList<Decision> Decisions, long Revision = 0)
{
    public long Last => First + Decisions.Count - 1;

    public Decision At(long sequence) => Decisions[(int)(sequence - First)];
}
