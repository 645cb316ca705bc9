using Portcullis.Accounts;
using Portcullis.Local.Access;
using Portcullis.Local.Accounts;
using Portcullis.Local.Assets;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Notifications;
using Portcullis.Local.Storage;
using Portcullis.Revocations;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local;

/// <summary>Everything kept in the main database, with its one writer.</summary>
internal sealed class LocalStores
{
    public LocalStores(DataFolder folder, CloudFrontKeyKind signingPairKind, TimeProvider time, BreakerOptions? breaker = null, AccountLimits? accounts = null)
    {
        var database = new SqliteDatabase(folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        IsNew = database.IsNew;
        Keys = SqliteKeyStore.Open(folder, database, time, signingPairKind);
        Writer = new GroupCommitWriter("ledger", database, time);
        Ledger = new SqliteLedger(database, Writer, time, breaker ?? new BreakerOptions());
        Assets = new SqliteAssetStore(database, Writer);
        ApiKeys = new SqliteApiKeyStore(database, Writer);
        Webhooks = new SqliteWebhookStore(database, Writer, KeySeal.Open(folder, database.Path, inUse: true), time);
        Outbox = new SqliteOutbox(database, Writer, Webhooks);
        Accounts = new SqliteAccountStore(database, Writer, Ledger, Assets, Keys, accounts ?? new AccountLimits(), time);
    }

    /// <summary>Whether this start created the database.</summary>
    public bool IsNew { get; }

    public GroupCommitWriter Writer { get; }

    public SqliteLedger Ledger { get; }

    public SqliteAssetStore Assets { get; }

    public SqliteKeyStore Keys { get; }

    public SqliteApiKeyStore ApiKeys { get; }

    public SqliteWebhookStore Webhooks { get; }

    public SqliteOutbox Outbox { get; }

    public SqliteAccountStore Accounts { get; }
}
