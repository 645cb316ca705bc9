using System.Text;
using Amazon.DynamoDBv2;
using Portcullis.Accounts;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Tokens;

namespace Portcullis.Aws.Accounts;

/// <summary>
/// The accounts in DynamoDB: one item each, read when it is asked for and written only over the revision that was read. So of mints that
/// several processes decide at once one is stored, and the others are decided anew.
/// </summary>
/// <remarks>
/// Stored are settings and, of each session, when it was minted and until when its tokens live. Sightings are not: each process counts the
/// sessions that it is told of itself, so those that mint must be told by those that read the log. After a restart the lines that are read
/// again tell them.
/// </remarks>
public sealed partial class DynamoAccountStore : IAccountStore, ISightings, IHealthReporting, IAsyncDisposable
{
    /// <summary>How often what is over is removed, and how far a restart may believe that the service stopped sooner than it did.</summary>
    internal static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LastWordWithin = TimeSpan.FromSeconds(5);

    /// <summary>How long an account that nobody asks for stays in memory.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    /// <summary>How long after a session was last seen that is still known, in milliseconds: as long as the session stays in the engine's memory.</summary>
    private const long SightingsKept = 900_000;

    /// <summary>How far a clock that was set back may leave sightings in the future, in milliseconds; as <see cref="AccountSlots"/> has it.</summary>
    private const long ClockStep = 300_000;

    private const string Clock = "clock", At = "At", State = "state";

    private static readonly string Accounts = Tenant.Key("accounts");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DynamoAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Sightings _sightings = new();
    private readonly DynamoTable _table;
    private readonly AccountEndings _endings;
    private readonly TimeProvider _time;
    private readonly CallHealth _health;
    private readonly RegularTask _sweeping;
    private readonly long _startedAt, _stoppedAt;

    private DynamoAccountStore(DynamoTable table, AccountEndings endings, AccountLimits limits, TimeProvider time, long startedAt, long stoppedAt, TimeSpan sweepEvery)
    {
        (_table, _endings, Limits, _time, _startedAt, _stoppedAt) = (table, endings, limits, time, startedAt, stoppedAt);
        _health = new CallHealth("accounts", time);
        _sweeping = new RegularTask(sweepEvery, SweepAsync, time);
    }

    /// <inheritdoc/>
    public AccountLimits Limits { get; }

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens the store. No account is loaded yet.</summary>
    /// <param name="client">A client for the table; the store does not own it.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="ledger">To know which sessions are revoked, and to end some.</param>
    /// <param name="assets">To know how long tokens may live.</param>
    /// <param name="keys">To know whose tokens verify.</param>
    /// <param name="limits">The limits of accounts for which nothing else is set.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="sweepEvery">How often what is over is removed; null for every 10 s.</param>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<DynamoAccountStore> OpenAsync(
        IAmazonDynamoDB client, string table, IRevocationLedger ledger, IAssetStore assets, IKeyStore keys, AccountLimits limits, TimeProvider time, CancellationToken cancellation, TimeSpan? sweepEvery = null)
    {
        var accounts = new DynamoTable(client, table);
        var clock = await accounts.FindAsync(Accounts, Clock, cancellation).ConfigureAwait(false);
        return new DynamoAccountStore(
            accounts, new AccountEndings(ledger, assets, keys, time), limits, time, time.GetUtcNow().ToUnixTimeMilliseconds(),
            clock is null ? 0 : Number.In(clock, At), sweepEvery ?? SweepEvery);
    }

    /// <inheritdoc/>
    public async ValueTask<MintJudgement> AdmitAsync(string sid, long expiresAt, CancellationToken cancellation = default) =>
        await InTurnAsync(TagOf(sid), account => AdmitAsync(account, sid, expiresAt * 1000, cancellation), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask RenewAsync(string sid, long startedAt, long expiresAt, CancellationToken cancellation = default)
    {
        try
        {
            await InTurnAsync(TagOf(sid), account => RenewAsync(account, sid, startedAt * 1000, expiresAt * 1000, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // A session goes on whether or not the table takes it.
        }
    }

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public async ValueTask<AccountReport> FindAsync(string tag, CancellationToken cancellation = default) => await InTurnAsync(
        tag,
        async account =>
        {
            await ReadAsync(account, cancellation).ConfigureAwait(false);
            var now = Now;
            return AccountReport.Of(account.Settings, Limits, account.Slots, _endings.RevokedAt(now), now);
        },
        cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The table cannot be written now; whether it was is unknown.</exception>
    public async ValueTask PutAsync(string tag, AccountSettings settings, CancellationToken cancellation = default) => await InTurnAsync(
        tag,
        account => ChangeAsync(
            account,
            () =>
            {
                account.Set(settings);
                return true;
            },
            cancellation),
        cancellation).ConfigureAwait(false);

    /// <summary>Forgets an account. Sessions that go on hold no slot before they are renewed.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and erasing again is safe.</param>
    /// <returns>How many sessions were known.</returns>
    /// <exception cref="StoreUnavailableException">The table cannot be written now.</exception>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation) => await InTurnAsync(
        tag,
        async account =>
        {
            account.Renewals.Clear();
            await ReadAsync(account, cancellation).ConfigureAwait(false);
            var known = account.Slots.All.Count;
            account.Doubt();
            await _health.WatchAsync(() => _table.DeleteAsync(PartitionOf(tag), State, cancellation)).ConfigureAwait(false);
            account.Take(null, AccountSettings.None, [], _stoppedAt, _startedAt);
            return known;
        },
        cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Seen(ReadOnlySpan<byte> sid, long at)
    {
        Span<char> text = stackalloc char[SessionId.MaxLength];
        text = text[..Encoding.ASCII.GetChars(sid, text)];
        // A line ahead of the clock counts as one of now.
        if (!SessionId.AccountTagOf(text).IsEmpty)
            _sightings.Note(sid, Math.Min(at, Now));
    }

    /// <summary>Stops, with the time of it stored: nothing is held longer than it must after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopSweepingAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(LastWordWithin);
        try
        {
            await SweepAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had been killed: the next start takes more for live than are.
        }
    }

    /// <summary>Stops without a last word.</summary>
    internal ValueTask StopSweepingAsync() => _sweeping.DisposeAsync();

    private VersionedItem ItemOf(DynamoAccount account) => new(_table, PartitionOf(account.Tag), State);

    /// <summary>A partition of its own for each account: there is no limit to how many are written at once.</summary>
    private static string PartitionOf(string tag) => Tenant.Key($"account#{tag}");

    private static string TagOf(string sid) => sid[..SessionId.AccountTagLength];
}
