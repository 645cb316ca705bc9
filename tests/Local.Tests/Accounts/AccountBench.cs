using Microsoft.Data.Sqlite;
using Portcullis.Accounts;
using Portcullis.Local.Accounts;
using Portcullis.Local.Assets;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Accounts;

/// <summary>An account store on a database of its own, on a manual clock; can be stopped, killed and opened again.</summary>
internal sealed class AccountBench : IAsyncDisposable
{
    public const string Tag = "abcdefghij";

    private readonly TempFolder _folder = new();
    private readonly DataFolder _data;
    private readonly AccountLimits _limits;
    private readonly List<GroupCommitWriter> _killed = [];
    private GroupCommitWriter _writer = null!;
    private SqliteDatabase _database = null!;

    public AccountBench(AccountLimits limits)
    {
        _limits = limits;
        _data = DataFolder.Open(_folder.PathOf("data"));
        Open();
    }

    public ManualTime Time { get; } = new();

    public SqliteAccountStore Store { get; private set; } = null!;

    public SqliteLedger Ledger { get; private set; } = null!;

    public static string Draw(string tag = Tag) => SessionId.Draw(tag);

    /// <summary>Asks for a slot with a token that lives for an hour.</summary>
    public async Task<MintJudgement> AdmitAsync(string? sid = null, long lifetime = 3_600) =>
        await Store.AdmitAsync(sid ?? Draw(), Time.Seconds + lifetime).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void See(string sid) => Store.Seen(System.Text.Encoding.ASCII.GetBytes(sid), Time.GetUtcNow().ToUnixTimeMilliseconds());

    public async Task<DecisionEffect> RevokeAsync(string sid) =>
        (await Ledger.AppendAsync(Decisions.Revoke($"d{Guid.NewGuid():N}", Subject.Session(sid), at: Time.Seconds, until: Time.Seconds + 86_400))).Effect;

    public async Task LiftAsync(string sid) => await Ledger.AppendAsync(Decisions.Lift($"l{Guid.NewGuid():N}", Subject.Session(sid), Time.Seconds));

    /// <summary>Opens the files again without a word to what had them open.</summary>
    public void KillAndReopen()
    {
        _killed.Add(_writer);
        Open();
    }

    public async Task StopAndReopenAsync()
    {
        await Store.DisposeAsync();
        await _writer.DisposeAsync();
        Open();
    }

    /// <summary>Takes the write lock; nobody else can write until the connection is closed.</summary>
    public SqliteConnection Lock()
    {
        var connection = _database.Open();
        connection.Execute("BEGIN EXCLUSIVE");
        return connection;
    }

    public long Count(string table)
    {
        using var connection = _database.Open();
        return (long)connection.Scalar($"SELECT count(*) FROM {table}")!;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _writer.DisposeAsync();
        foreach (var writer in _killed)
            await writer.DisposeAsync();
        _data.Dispose();
        _folder.Dispose();
    }

    private void Open()
    {
        _database = new SqliteDatabase(_data.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        var keys = SqliteKeyStore.Open(_data, _database, Time, default);
        _writer = new GroupCommitWriter("ledger", _database, Time);
        Ledger = new SqliteLedger(_database, _writer);
        Store = new SqliteAccountStore(_database, _writer, Ledger, new SqliteAssetStore(_database, _writer), keys, _limits, Time);
    }
}
