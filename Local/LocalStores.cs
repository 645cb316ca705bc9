using Portcullis.Local.Access;
using Portcullis.Local.Assets;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Revocations;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local;

/// <summary>Everything kept in the main database, with its one writer.</summary>
internal sealed class LocalStores
{
    public LocalStores(DataFolder folder, CloudFrontKeyKind signingPairKind, BreakerOptions breaker, TimeProvider time)
    {
        var database = new SqliteDatabase(folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        IsNew = database.IsNew;
        Keys = SqliteKeyStore.Open(folder, database, time, signingPairKind);
        Writer = new GroupCommitWriter("ledger", database, time);
        Ledger = new SqliteLedger(database, Writer, time, breaker);
        Assets = new SqliteAssetStore(database, Writer);
        ApiKeys = new SqliteApiKeyStore(database, Writer);
    }

    /// <summary>Whether this start created the database.</summary>
    public bool IsNew { get; }

    public GroupCommitWriter Writer { get; }

    public SqliteLedger Ledger { get; }

    public SqliteAssetStore Assets { get; }

    public SqliteKeyStore Keys { get; }

    public SqliteApiKeyStore ApiKeys { get; }
}
