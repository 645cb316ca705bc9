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

    /// <summary>An accepted line of a session, by default of now.</summary>
    public void See(string sid, long? at = null) => Store.Seen(System.Text.Encoding.ASCII.GetBytes(sid), at ?? Time.GetUtcNow().ToUnixTimeMilliseconds());

    public async Task<DecisionEffect> RevokeAsync(string sid) =>
        (await Ledger.AppendAsync(Decisions.Revoke($"d{Guid.NewGuid():N}", Subject.Session(sid), at: Time.Seconds, until: Time.Seconds + 86_400_000))).Effect;

    /// <summary>A mint whose caller goes away while the store is busy.</summary>
    public async Task<MintJudgement?> AdmitInVainAsync(string sid, long expiresAt)
    {
        var begun = new TaskCompletionSource();
        using var busy = new ManualResetEventSlim();
        await _writer.EnqueueAsync(new Write<bool>(_ => begun.TrySetResult() && busy.Wait(TimeSpan.FromSeconds(30))), default);
        await begun.Task;
        using var leaving = new CancellationTokenSource();
        var asked = Store.AdmitAsync(sid, expiresAt, leaving.Token).AsTask();
        // What is refused is so at once; what ends others waits for the ledger, and then for its row.
        await leaving.CancelAsync();
        busy.Set();
        try
        {
            return await asked;
        }
        catch (OperationCanceledException)
        {
            // What was queued before is done when this is.
            var last = new Write<bool>(_ => true);
            await _writer.EnqueueAsync(last, default);
            await last.Done;
            return null;
        }
    }

    /// <summary>Puts a row on disk that memory knows nothing of, as a commit does whose answer was lost.</summary>
    public void InsertRow(string sid, long minted, long expires)
    {
        using var connection = _database.Open();
        connection.Execute("INSERT OR IGNORE INTO account_sessions (sid, minted, expires) VALUES (:sid, :minted, :expires)", (":sid", sid), (":minted", minted), (":expires", expires));
    }

    public async Task LiftAsync(string sid) => await Ledger.AppendAsync(Decisions.Lift($"l{Guid.NewGuid():N}", Subject.Session(sid), Time.Seconds));

    /// <summary>Opens the files again; memory is gone, and nothing more was written.</summary>
    public async Task KillAndReopenAsync()
    {
        await Store.StopSweepingAsync();
        await _writer.DisposeAsync();
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
        _data.Dispose();
        _folder.Dispose();
    }

    private void Open()
    {
        _database = new SqliteDatabase(_data.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        var keys = SqliteKeyStore.Open(_data, _database, Time, default);
        _writer = new GroupCommitWriter("ledger", _database, Time);
        Ledger = new SqliteLedger(_database, _writer, Time);
        Store = new SqliteAccountStore(_database, _writer, Ledger, new SqliteAssetStore(_database, _writer), keys, _limits, Time, Timeout.InfiniteTimeSpan);
    }
}
