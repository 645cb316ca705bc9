using System.Collections.Immutable;

namespace Portcullis.Revocations;

/// <summary>Erasure of what decisions say: about an account's sessions, and of what has been kept for long enough.</summary>
public sealed partial class RevocationSnapshot
{
    /// <summary>The same state, in which the decisions about an account and its sessions say only what they do.</summary>
    /// <param name="tag">The account's tag.</param>
    public RevocationSnapshot WithoutTextsOf(string tag)
    {
        var next = Copy(Sequence);
        next._revocations = _revocations.SetItems(_revocations.Where(entry => entry.Key.IsOfAccount(tag)).Select(entry => KeyValuePair.Create(entry.Key, new Revocation(entry.Value.Decision.WithoutTexts()))));
        next._held = WithoutTextsOf(tag, _held);
        next._voids = WithoutTextsOf(tag, _voids);
        return next;
    }

    /// <summary>The same state, in which decisions from before a time have no evidence.</summary>
    /// <param name="before">The time.</param>
    public RevocationSnapshot WithoutEvidenceBefore(DateTimeOffset before)
    {
        var next = Copy(Sequence);
        next._revocations = _revocations.SetItems(_revocations.Where(entry => entry.Value.Decision.At < before).Select(entry => KeyValuePair.Create(entry.Key, new Revocation(entry.Value.Decision.WithoutEvidence()))));
        next._held = _held.SetItems(_held.Where(entry => entry.Value.At < before).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.WithoutEvidence())));
        return next;
    }

    private static ImmutableDictionary<Subject, Decision> WithoutTextsOf(string tag, ImmutableDictionary<Subject, Decision> decisions) =>
        decisions.SetItems(decisions.Where(entry => entry.Key.IsOfAccount(tag)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.WithoutTexts())));
}
