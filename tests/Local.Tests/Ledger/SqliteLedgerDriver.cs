using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Ledger;

/// <summary>The ledger in SQLite.</summary>
internal sealed class SqliteLedgerDriver : ILedgerDriver
{
    private readonly TestDatabase _database = new(new ManualTime());
    private readonly TimeProvider _time;
    private readonly BreakerOptions _options;
    private SqliteLedger _ledger;

    public SqliteLedgerDriver(TimeProvider time, BreakerOptions options)
    {
        (_time, _options) = (time, options);
        _ledger = Open();
    }

    public IRevocationLedger Ledger => _ledger;

    public ILedgerRetention Retention => _ledger;

    public static Task<ILedgerDriver> OpenAsync(TimeProvider time, BreakerOptions options) => Task.FromResult<ILedgerDriver>(new SqliteLedgerDriver(time, options));

    public async Task CrashAsync()
    {
        await _database.ReopenAsync();
        _ledger = Open();
    }

    public Task<LedgerReceipt> AppendByAnotherAsync(Decision decision) => Open().AppendAsync(decision).AsTask();

    public async Task FailAsync(Decision decision)
    {
        var begun = new TaskCompletionSource();
        using var busy = new ManualResetEventSlim();
        await _database.Writer.EnqueueAsync(new Write<bool>(_ => begun.TrySetResult() && busy.Wait(TimeSpan.FromSeconds(30))), default);
        await begun.Task;
        var append = _ledger.AppendAsync(decision).AsTask();
        await _database.Writer.EnqueueAsync(new Write<bool>(_ => throw new IOException("The disk is gone.")), default);
        busy.Set();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => append);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private SqliteLedger Open() => new(_database.Database, _database.Writer, _time, _options);
}
