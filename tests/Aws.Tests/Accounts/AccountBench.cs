using System.Globalization;
using System.Text;
using Portcullis.Accounts;
using Portcullis.Aws.Accounts;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Local.Tests;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Aws.Tests.Accounts;

/// <summary>An account store on a table, on a manual clock; can be killed and opened again, and have another beside it.</summary>
internal sealed class AccountBench : IAsyncDisposable
{
    public const string Tag = "abcdefghij";

    private readonly AccountLimits _limits;
    private readonly List<DynamoAccountStore> _others = [];

    private AccountBench(TestTable table, AccountLimits limits) => (Table, _limits) = (table, limits);

    public TestTable Table { get; }

    public ManualTime Time { get; } = new();

    public MemoryLedger Ledger { get; } = new();

    public DynamoAccountStore Store { get; private set; } = null!;

    public static async Task<AccountBench> StartAsync(AccountLimits limits)
    {
        var bench = new AccountBench(await TestTable.StartAsync(), limits);
        bench.Store = await bench.OpenAsync();
        return bench;
    }

    public static string Draw(string tag = Tag) => SessionId.Draw(tag);

    /// <summary>Another process on the same table and ledger.</summary>
    public async Task<DynamoAccountStore> OpenAnotherAsync()
    {
        var other = await OpenAsync();
        _others.Add(other);
        return other;
    }

    /// <summary>Asks for a slot with a token that lives for an hour.</summary>
    public async Task<MintJudgement> AdmitAsync(string? sid = null, long lifetime = 3_600, DynamoAccountStore? store = null) =>
        await (store ?? Store).AdmitAsync(sid ?? Draw(), Time.Seconds + lifetime).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>An accepted line of a session, by default of now.</summary>
    public void See(string sid, long? at = null) => Store.Seen(Encoding.ASCII.GetBytes(sid), at ?? Time.GetUtcNow().ToUnixTimeMilliseconds());

    public Task RevokeAsync(string sid) => DecideAsync(DecisionKind.Revoke, sid, Time.Seconds + 86_400_000);

    public Task LiftAsync(string sid) => DecideAsync(DecisionKind.Lift, sid, 0);

    /// <summary>Memory is gone, and nothing more was written.</summary>
    public async Task KillAndReopenAsync()
    {
        await Store.StopSweepingAsync();
        Store = await OpenAsync();
    }

    /// <summary>Sessions in the table, as far as it still keeps them by their time to live.</summary>
    public async Task<int> StoredAsync(string tag = Tag)
    {
        if (await Table.Table.FindAsync($"default#account#{tag}", "state", CancellationToken.None) is not { } item)
            return 0;
        var isOver = item.TryGetValue(DynamoTable.Expires, out var expires) && long.Parse(expires.N, CultureInfo.InvariantCulture) <= Time.Seconds;
        return isOver ? 0 : AccountItem.Read(tag, item).Sessions.Count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _others.Append(Store))
            await store.StopSweepingAsync();
        await Table.DisposeAsync();
    }

    private async Task DecideAsync(DecisionKind kind, string sid, long until) => await Ledger.AppendAsync(new Decision
    {
        Id = Guid.NewGuid().ToString("N"), Kind = kind, Subject = Subject.Session(sid), Source = DecisionSource.Manual, Reason = "test", Actor = "test", At = Time.GetUtcNow(), Until = until,
    });

    private Task<DynamoAccountStore> OpenAsync() => DynamoAccountStore.OpenAsync(
        Table.Unforgiving, TestTable.Name, Ledger, new FixedAssets(), new NoKeys(), _limits, Time, CancellationToken.None, Timeout.InfiniteTimeSpan);
}
