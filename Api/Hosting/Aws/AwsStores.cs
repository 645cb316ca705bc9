using System.Security.Cryptography;
using Portcullis.Aws.Access;
using Portcullis.Aws.Accounts;
using Portcullis.Aws.Assets;
using Portcullis.Aws.Ledger;
using Portcullis.Aws.Notifications;
using Portcullis.Aws.Secrets;
using Portcullis.Aws.Sessions;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>Everything that is kept on AWS: keys in a secret, the rest in two tables.</summary>
internal sealed class AwsStores : IAsyncDisposable
{
    /// <summary>What the key that seals webhooks is derived for (RFC 5869, info).</summary>
    private static readonly byte[] Webhooks = "portcullis webhooks"u8.ToArray();

    private readonly Stack<object> _opened = [];

    private AwsStores()
    {
    }

    public SecretsKeyStore Keys { get; private set; } = null!;

    public DynamoLedger Ledger { get; private set; } = null!;

    public DynamoAssetStore Assets { get; private set; } = null!;

    public DynamoApiKeyStore ApiKeys { get; private set; } = null!;

    public DynamoAccountStore Accounts { get; private set; } = null!;

    public DynamoCheckpoints Checkpoints { get; private set; } = null!;

    public DynamoSessionRecords SessionRecords { get; private set; } = null!;

    public WebhookTables WebhookTables { get; private set; } = null!;

    public IEnumerable<StoreHealth> Health =>
        [Ledger.Health, Keys.Health, Assets.Health, ApiKeys.Health, Accounts.Health, Checkpoints.Health, SessionRecords.Health, WebhookTables.Health];

    /// <exception cref="StoreUnavailableException">A store cannot be opened; the message says which and why.</exception>
    public static async Task<AwsStores> OpenAsync(AwsOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var stores = new AwsStores();
        try
        {
            await stores.OpenAllAsync(options, time, cancellation).ConfigureAwait(false);
            return stores;
        }
        catch
        {
            await stores.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the stores, the one opened last first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out var store))
        {
            if (store is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            else
                ((IDisposable)store).Dispose();
        }
    }

    private async Task OpenAllAsync(AwsOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var table = options.StateTable;
        var client = Opened(TableClient.Connect(options.Connection));
        if (options.CreatesTables)
        {
            await TableClient.EnsureAsync(client, options.LedgerTable, cancellation).ConfigureAwait(false);
            await TableClient.EnsureAsync(client, table, cancellation).ConfigureAwait(false);
        }
        Keys = Opened(await SecretsKeyStore.OpenAsync(options.Connection, new SecretsKeyOptions { SecretId = options.Secret, SigningPairKind = options.SigningPairKind }, time, cancellation).ConfigureAwait(false));
        Ledger = Opened(await DynamoLedger.OpenAsync(client, new DynamoLedgerOptions { Table = options.LedgerTable, Breaker = options.Breaker }, time, cancellation).ConfigureAwait(false));
        Assets = Opened(await DynamoAssetStore.OpenAsync(client, table, time, cancellation).ConfigureAwait(false));
        ApiKeys = Opened(await DynamoApiKeyStore.OpenAsync(client, table, time, cancellation).ConfigureAwait(false));
        Accounts = Opened(await DynamoAccountStore.OpenAsync(client, table, Ledger, Assets, Keys, options.Accounts, time, cancellation).ConfigureAwait(false));
        Checkpoints = new DynamoCheckpoints(client, table, time);
        SessionRecords = new DynamoSessionRecords(client, table, time);
        // Derived from the one secret that lasts as long as the installation, so that there is no other to be lost.
        var seal = HKDF.DeriveKey(HashAlgorithmName.SHA256, Keys.AccountTagKey.ToArray(), 32, info: Webhooks);
        WebhookTables = await WebhookTables.OpenAsync(client, table, seal, Ledger, time, cancellation).ConfigureAwait(false);
    }

    private T Opened<T>(T store)
        where T : class
    {
        _opened.Push(store);
        return store;
    }
}
