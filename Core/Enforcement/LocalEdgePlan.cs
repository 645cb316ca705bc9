using System.Collections.Frozen;
using Portcullis.Keys;
using Portcullis.Revocations;
using Portcullis.Tokens.Signed;

namespace Portcullis.Enforcement;

/// <summary>What a local edge must hold: revoked sids and account tags, and the keys it verifies with. Immutable.</summary>
public sealed class LocalEdgePlan
{
    /// <summary>What an edge holds before its enforcer has spoken: no keys, so it refuses everything.</summary>
    public static readonly LocalEdgePlan Empty = new(0, FrozenDictionary<string, long>.Empty, FrozenDictionary<string, long>.Empty, KeySet.Empty, []);

    private LocalEdgePlan(long version, FrozenDictionary<string, long> sids, FrozenDictionary<string, long> accountTags, KeySet keys, IReadOnlyList<CloudFrontPublicKey> signatureKeys)
    {
        Version = version;
        Sids = sids;
        AccountTags = accountTags;
        Keys = keys;
        SignatureKeys = signatureKeys;
    }

    /// <summary>The ledger sequence the plan was drawn from.</summary>
    public long Version { get; }

    /// <summary>Revoked sids: until (epoch seconds).</summary>
    public FrozenDictionary<string, long> Sids { get; }

    /// <summary>Revoked account tags: until (epoch seconds).</summary>
    public FrozenDictionary<string, long> AccountTags { get; }

    /// <summary>The keys to verify with.</summary>
    public KeySet Keys { get; }

    /// <summary>The keys to verify signed URLs and cookies with: public halves only.</summary>
    public IReadOnlyList<CloudFrontPublicKey> SignatureKeys { get; }

    /// <summary>Draws the plan.</summary>
    /// <param name="revocations">The ledger's current state.</param>
    /// <param name="keys">The live keys.</param>
    /// <param name="now">Epoch seconds; what has ended by then is left out.</param>
    /// <param name="signatureKeys">The keys to verify signed URLs and cookies with; none unless given.</param>
    public static LocalEdgePlan Draw(RevocationSnapshot revocations, KeySet keys, long now, IReadOnlyList<CloudFrontPublicKey>? signatureKeys = null)
    {
        var standing = revocations.Standing(now).ToLookup(revocation => revocation.Subject.Kind);
        return new LocalEdgePlan(
            revocations.Sequence,
            standing[SubjectKind.Session].ToFrozenDictionary(revocation => revocation.Subject.Value, revocation => revocation.Until, StringComparer.Ordinal),
            standing[SubjectKind.Account].ToFrozenDictionary(revocation => revocation.Subject.Value, revocation => revocation.Until, StringComparer.Ordinal),
            keys,
            signatureKeys ?? []);
    }

    /// <summary>Whether a session is blocked, by itself or by its account.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="now">Epoch seconds.</param>
    public bool IsRevoked(string sid, long now) =>
        (Sids.TryGetValue(sid, out var until) && now < until)
        || (Tokens.SessionId.AccountTagOf(sid) is { IsEmpty: false } tag && AccountTags.TryGetValue(tag.ToString(), out until) && now < until);

    /// <summary>Whether two plans ask the same of the edge, whatever their version.</summary>
    public bool AsksTheSameAs(LocalEdgePlan other) =>
        Keys.VerifiesTheSameAs(other.Keys) && SignatureKeys.SequenceEqual(other.SignatureKeys) && Same(Sids, other.Sids) && Same(AccountTags, other.AccountTags);

    private static bool Same(FrozenDictionary<string, long> left, FrozenDictionary<string, long> right) =>
        left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out var until) && until == entry.Value);
}
