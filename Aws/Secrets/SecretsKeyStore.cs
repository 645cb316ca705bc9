using System.Security.Cryptography;
using Portcullis.Aws.Json;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Secrets;

/// <summary>
/// All keys in one secret of Secrets Manager, with a copy in memory. Several processes may change it: each change reads the current version
/// and takes effect only if that is still the current one.
/// </summary>
/// <remarks>
/// What was deleted stays in earlier versions of the secret until AWS removes them: the previous one with the next change, the others a day
/// after they were made or later. AWS advises against more than one change in ten minutes on end; a ring at rest makes two an hour.
/// </remarks>
public sealed partial class SecretsKeyStore : IKeyStore, IKeyRingStore, IHealthReporting, IDisposable
{
    /// <summary>How often a change is tried anew after another process was faster.</summary>
    private const int MostConflicts = 8;

    private readonly JsonServiceClient _client;
    private readonly VersionedSecret _secret;
    private readonly CloudFrontKeyKind _kind;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CallHealth _health;

    private SecretsKeyStore(JsonServiceClient client, SecretsKeyOptions options, TimeProvider time)
    {
        _client = client;
        _secret = new VersionedSecret(client, options.SecretId);
        _kind = options.SigningPairKind;
        _time = time;
        _health = new CallHealth("keys", time);
    }

    /// <summary>Called after keys were changed and stored, also by another process when that is noticed: targets must hold them.</summary>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> AccountTagKey { get; private set; }

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <summary>Loads the keys; draws the first ones in a new installation, of which there is one set whoever starts beside this process.</summary>
    /// <param name="connection">Region, endpoint and credentials.</param>
    /// <param name="options">Which secret.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="StoreUnavailableException">Secrets Manager refuses or does not answer; the message says what to allow.</exception>
    /// <exception cref="InvalidOperationException">The secret holds something else than keys.</exception>
    public static async Task<SecretsKeyStore> OpenAsync(AwsConnection connection, SecretsKeyOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        var store = new SecretsKeyStore(new JsonServiceClient(JsonService.SecretsManager, connection), options, time);
        try
        {
            var (_, keys) = await store.LoadAsync(cancellation).ConfigureAwait(false);
            store.AccountTagKey = keys.Keys.First(key => key.Purpose == StoredKey.AccountTags).Secret.ToArray();
            store._permit = keys.Ring.Permit([]);
            store.Follow(keys);
            keys.Clear();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Off the caller's thread: RSA primes take a while to find.</remarks>
    public async ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default)
    {
        if (SigningPair is { } drawn)
            return drawn;
        await Task.Run(() => ChangeAsync(held => (held.Keys.Any(key => key.Purpose == StoredKey.CloudFront) ? null : held.With(DrawPair()), true), cancellation), cancellation).ConfigureAwait(false);
        return SigningPair!;
    }

    /// <inheritdoc/>
    public async ValueTask<KeyImport> ImportAsync(SigningKey key, bool signing, CancellationToken cancellation = default)
    {
        if (key.Format != TokenFormat.V1)
            throw new ArgumentException($"Key '{key.KeyId}' is of format {key.Format}; only v1 keys are imported.", nameof(key));
        var secret = key.ExportSecrets().Sign;
        try
        {
            return await ChangeAsync(held => Import(held, key.KeyId, secret, signing), cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveV1Async(string keyId, CancellationToken cancellation = default) =>
        await ChangeAsync(held => held.Find(keyId) is { IsV1: true } ? (held.Without(keyId), true) : (null, false), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> AssignKeyPairIdAsync(string keyPairId, CancellationToken cancellation = default) =>
        await ChangeAsync(held => Assign(held, keyPairId), cancellation).ConfigureAwait(false)
        ?? throw new InvalidOperationException("No key pair for signed URLs and cookies has been drawn yet.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    private static (StoredKeys? Next, KeyImport Outcome) Import(StoredKeys held, string keyId, byte[] secret, bool signing)
    {
        var known = held.Find(keyId);
        if (known is { IsV1: false })
            return (null, KeyImport.Taken);
        if (known is not null && !known.HasSecret(secret))
            return (null, KeyImport.OtherSecret);
        var next = known is null ? held.With(new StoredKey { KeyId = keyId, Purpose = StoredKey.V1, Secret = [.. secret] }) : held;
        if (signing && held.V1Signing != keyId)
            next = next.WithV1Signing(keyId);
        return (next == held ? null : next, known is null ? KeyImport.Added : KeyImport.Known);
    }

    /// <returns>Whether the id is free; null where there is no key pair.</returns>
    private static (StoredKeys? Next, bool? IsFree) Assign(StoredKeys held, string keyPairId)
    {
        if (held.Keys.LastOrDefault(key => key.Purpose == StoredKey.CloudFront) is not { } pair)
            return (null, null);
        if (pair.KeyId == keyPairId)
            return (null, true);
        if (held.Find(keyPairId) is { } other && (other.Purpose != StoredKey.CloudFront || !other.HasSecret(pair.Secret)))
            return (null, false);
        // An id that is taken up again becomes the newest.
        return (held.With(new StoredKey { KeyId = keyPairId, Purpose = StoredKey.CloudFront, Secret = [.. pair.Secret] }), true);
    }

    private StoredKey DrawPair()
    {
        var pair = CloudFrontKeyPair.Draw(CloudFrontKeyPair.DrawKeyPairId(), _kind);
        return new StoredKey { KeyId = pair.KeyPairId, Purpose = StoredKey.CloudFront, Secret = pair.ExportPkcs8() };
    }

    /// <summary>Reads the keys, changes them, and stores them; again from the beginning when another process was faster.</summary>
    /// <param name="change">The keys after the change, null where nothing is to be stored; and what to answer.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    private async Task<T> ChangeAsync<T>(Func<StoredKeys, (StoredKeys? Next, T Answer)> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _health.WatchAsync(() => ChangeInTurnAsync(change, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> ChangeInTurnAsync<T>(Func<StoredKeys, (StoredKeys? Next, T Answer)> change, CancellationToken cancellation)
    {
        for (var conflicts = 0; conflicts < MostConflicts; conflicts++)
        {
            var (version, held) = await LoadAsync(cancellation).ConfigureAwait(false);
            var (next, answer) = change(held);
            try
            {
                if (next is null || await _secret.TryReplaceAsync(version, next.ToText(), cancellation).ConfigureAwait(false))
                {
                    Follow(next ?? held);
                    return answer;
                }
            }
            finally
            {
                held.Clear();
                next?.Clear();
            }
        }
        throw new StoreUnavailableException($"The secret {_secret.Name} is changed by others all the time; nothing was changed.");
    }

    private async Task<(SecretVersion Version, StoredKeys Keys)> LoadAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostConflicts; attempt++)
        {
            var version = await _secret.ReadAsync(cancellation).ConfigureAwait(false);
            if (version is not null && StoredKeys.Parse(_secret.Name, version.Text) is { } keys)
                return (version, keys);
            var first = StoredKeys.Draw(_time.GetUtcNow());
            if (version is null)
                await _secret.BeginAsync(first.ToText(), cancellation).ConfigureAwait(false);
            else
                await _secret.TryReplaceAsync(version, first.ToText(), cancellation).ConfigureAwait(false);
            first.Clear();
        }
        throw new StoreUnavailableException($"The secret {_secret.Name} has no current version.");
    }
}
