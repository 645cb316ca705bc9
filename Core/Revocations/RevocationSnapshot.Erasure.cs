namespace Portcullis.Revocations;

/// <summary>Erasure of what decisions say about an account's sessions.</summary>
public sealed partial class RevocationSnapshot
{
    /// <summary>The same state, in which the decisions about an account and its sessions say only what they do.</summary>
    /// <param name="tag">The account's tag.</param>
    public RevocationSnapshot WithoutTextsOf(string tag)
    {
        var revocations = _revocations.ToBuilder();
        foreach (var (subject, revocation) in _revocations.Where(entry => entry.Key.IsOfAccount(tag)))
            revocations[subject] = new Revocation(revocation.Decision.WithoutTexts());
        var lifts = _lifts.ToBuilder();
        foreach (var (subject, lift) in _lifts.Where(entry => entry.Key.IsOfAccount(tag)))
            lifts[subject] = lift.WithoutTexts();
        return new(Sequence, revocations.ToImmutable(), lifts.ToImmutable());
    }
}
