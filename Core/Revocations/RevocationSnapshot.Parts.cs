using System.Collections.Immutable;

namespace Portcullis.Revocations;

/// <summary>Taking a state apart and putting it together again, so that a start need not read the whole log.</summary>
public sealed partial class RevocationSnapshot
{
    /// <summary>What the state holds.</summary>
    public RevocationParts ToParts() => new()
    {
        Revocations = [.. _revocations.Values.Select(revocation => revocation.Decision)],
        Held = [.. _held.Values],
        Voids = [.. _voids.Values],
        Disarmed = Disarmed,
        Allowed = [.. Allowed.Entries],
    };

    /// <summary>The state that some parts were taken of.</summary>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="parts">The parts, in any order; each subject in one of them.</param>
    public static RevocationSnapshot FromParts(long sequence, IReadOnlyCollection<RevocationParts> parts) => new()
    {
        Sequence = sequence,
        _revocations = parts.SelectMany(part => part.Revocations).ToImmutableDictionary(decision => decision.Subject, decision => new Revocation(decision)),
        _held = parts.SelectMany(part => part.Held).ToImmutableDictionary(decision => decision.Subject),
        _voids = parts.SelectMany(part => part.Voids).ToImmutableDictionary(decision => decision.Subject),
        Disarmed = parts.Select(part => part.Disarmed).FirstOrDefault(disarmed => disarmed is not null),
        Allowed = AllowList.Of(parts.SelectMany(part => part.Allowed)),
    };
}
