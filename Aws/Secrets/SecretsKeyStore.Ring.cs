using System.Security.Cryptography;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Secrets;

/// <content>The ring, and what of the secret is in memory.</content>
public sealed partial class SecretsKeyStore
{
    private readonly Lock _publishing = new();
    private volatile KeyRing _ring = new();
    private volatile KeySet _current = KeySet.Empty;
    private volatile IReadOnlyList<CloudFrontKeyPair> _pairs = [];
    private volatile IReadOnlyList<CloudFrontPublicKey> _signatureKeys = [];
    private MintPermit? _permit;

    /// <inheritdoc/>
    public KeyRing Ring => _ring;

    /// <inheritdoc/>
    public KeySet Current => _current;

    /// <inheritdoc/>
    public CloudFrontKeyPair? SigningPair => _pairs is [.., var newest] ? newest : null;

    /// <inheritdoc/>
    public IReadOnlyList<CloudFrontPublicKey> SignatureKeys => _signatureKeys;

    /// <inheritdoc/>
    public async ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default) =>
        await ChangeAsync<KeyRing>(held => (null, held.Ring), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default) =>
        await ChangeAsync(held => held.Ring.Version == step.Ring.Version - 1 ? (held.After(step), step.Ring) : (null, held.Ring), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Permit(MintPermit? permit)
    {
        lock (_publishing)
        {
            if (permit == _permit)
                return;
            _permit = permit;
            _current = KeySet.Permitted(_permit, _current.Keys, _current.V1Signing?.KeyId);
        }
    }

    private void Follow(StoredKeys stored)
    {
        bool changed;
        lock (_publishing)
        {
            var (keys, pairs) = (LiveKeys(stored), KeyPairs(stored));
            changed = !keys.VerifiesTheSameAs(_current) || !pairs.SequenceEqual(_pairs);
            _ring = stored.Ring;
            _current = keys;
            _signatureKeys = [.. pairs.Select(pair => pair.PublicKey)];
            _pairs = pairs;
        }
        // Which key signs is nothing that targets hold.
        if (changed)
            Changed?.Invoke();
    }

    private KeySet LiveKeys(StoredKeys stored)
    {
        var live = stored.Keys
            .Where(key => key.IsV1 || (key.Purpose == StoredKey.V2 && stored.Ring.Find(key.KeyId) is { State: not KeyState.Retired }))
            .Select(Open).ToList();
        return stored.Ring.Keys.FirstOrDefault(key => key.State != KeyState.Retired && !live.Exists(other => other.KeyId == key.KeyId)) is { } missing
            ? throw new InvalidOperationException($"The secrets of key {missing.KeyId} are missing from the secret {_secret.Name}; bring an earlier version of it back (AWSPREVIOUS).")
            : KeySet.Permitted(_permit, live, stored.V1Signing);
    }

    /// <summary>The same key stays the same object: targets tell by that whether anything is new.</summary>
    private SigningKey Open(StoredKey key)
    {
        if (_current.Find(key.KeyId) is not { } known || known.Format != (key.IsV1 ? TokenFormat.V1 : TokenFormat.V2))
            return key.ToSigningKey();
        var (sign, bind) = known.ExportSecrets();
        byte[] secret = key.IsV1 ? sign : [.. sign, .. bind];
        var isSame = key.HasSecret(secret);
        foreach (var copy in (byte[][])[sign, bind, secret])
            CryptographicOperations.ZeroMemory(copy);
        return isSame ? known : key.ToSigningKey();
    }

    private List<CloudFrontKeyPair> KeyPairs(StoredKeys stored) =>
        [.. stored.Keys.Where(key => key.Purpose == StoredKey.CloudFront).Select(key => _pairs.FirstOrDefault(pair => pair.KeyPairId == key.KeyId && IsOf(pair, key)) ?? key.ToKeyPair())];

    private static bool IsOf(CloudFrontKeyPair pair, StoredKey key)
    {
        var secret = pair.ExportPkcs8();
        var isSame = key.HasSecret(secret);
        CryptographicOperations.ZeroMemory(secret);
        return isSame;
    }
}
