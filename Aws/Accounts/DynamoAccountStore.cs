using System.Globalization;
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
    private readonly TableHealth _health;
    private readonly RegularTask _sweeping;
    private readonly long _startedAt, _stoppedAt;

    private DynamoAccountStore(DynamoTable table, AccountEndings endings, AccountLimits limits, TimeProvider time, long startedAt, long stoppedAt, TimeSpan sweepEvery)
    {
        (_table, _endings, Limits, _time, _startedAt, _stoppedAt) = (table, endings, limits, time, startedAt, stoppedAt);
        _health = new TableHealth("accounts", time);
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
            clock is null ? 0 : long.Parse(clock[At].N, CultureInfo.InvariantCulture), sweepEvery ?? SweepEvery);
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
            TakeSightings(account, now);
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

    private async Task<MintJudgement> AdmitAsync(DynamoAccount account, string sid, long expiresAt, CancellationToken cancellation)
    {
        // What memory holds may be granted at once, since the write finds out; it is refused, and others are ended, on what is stored now.
        var (isFresh, wasTried) = (!account.IsRead, false);
        var ended = new List<AccountSlot>();
        while (true)
        {
            if (!account.IsRead || isFresh)
                await ReadAsync(account, cancellation).ConfigureAwait(false);
            var now = Now;
            TakeSightings(account, now);
            var judgement = account.Slots.Judge(account.Settings.Over(Limits), _endings.RevokedAt(now), now);
            // Stored by an attempt whose answer was lost, and others have gone on since.
            if (wasTried && account.Slots.Find(sid) is not null)
                return MintJudgement.Granted(judgement.Limits, ended);
            if (!isFresh && (!judgement.IsAdmitted || judgement.ToEnd.Count > 0))
            {
                isFresh = true;
                continue;
            }
            if (!judgement.IsAdmitted)
                return judgement;
            await _endings.EndAsync(judgement.ToEnd, judgement.Limits, cancellation).ConfigureAwait(false);
            ended.AddRange(judgement.ToEnd.Where(slot => ended.TrueForAll(other => other.Sid != slot.Sid)));
            account.Slots.Mint(sid, expiresAt, Now);
            if (await TryStoreMintAsync(account, sid, cancellation).ConfigureAwait(false))
                return judgement with { ToEnd = ended };
            isFresh = wasTried = true;
        }
    }

    private async Task<bool> RenewAsync(DynamoAccount account, string sid, long startedAt, long expiresAt, CancellationToken cancellation)
    {
        var isNew = false;
        try
        {
            return await ChangeAsync(account, () => isNew |= account.Slots.Renew(sid, startedAt, expiresAt), cancellation).ConfigureAwait(false);
        }
        catch
        {
            // The next write of the account stores it, or the next sweep.
            account.Renewals[sid] = (startedAt, expiresAt);
            throw;
        }
    }

    /// <summary>Stores an account with a mint in it, or takes the mint back: a token that was not given out cannot be seen.</summary>
    private async Task<bool> TryStoreMintAsync(DynamoAccount account, string sid, CancellationToken cancellation)
    {
        try
        {
            if (await TryStoreAsync(account, cancellation).ConfigureAwait(false))
                return true;
            account.Slots.Remove(sid);
            return false;
        }
        catch
        {
            account.Slots.Remove(sid);
            // It may be stored, or still get there.
            account.InVain[sid] = 0;
            throw;
        }
    }

    /// <summary>Changes an account and stores it, however often others are faster.</summary>
    /// <returns>What the change says: whether there is something to store.</returns>
    private async Task<bool> ChangeAsync(DynamoAccount account, Func<bool> change, CancellationToken cancellation)
    {
        while (true)
        {
            if (!account.IsRead)
                await ReadAsync(account, cancellation).ConfigureAwait(false);
            if (!change())
                return false;
            if (await TryStoreAsync(account, cancellation).ConfigureAwait(false))
                return true;
        }
    }

    /// <returns>False when another process was faster.</returns>
    private async Task<bool> TryStoreAsync(DynamoAccount account, CancellationToken cancellation)
    {
        var now = Now;
        account.Slots.Sweep(now, []);
        foreach (var slot in AccountItem.Beyond(account.Slots.All, _endings.RevokedAt(now)))
            account.Slots.Remove(slot.Sid);
        account.Doubt();
        var revision = await _health.WatchAsync(() => ItemOf(account).TryWriteAsync(AccountItem.Write(account.Settings, account.Slots.All, now), account.Revision, cancellation)).ConfigureAwait(false);
        if (revision is null)
            return false;
        account.Stored(revision);
        return true;
    }

    private async Task ReadAsync(DynamoAccount account, CancellationToken cancellation)
    {
        await _health.WatchAsync(async () =>
        {
            var item = await ItemOf(account).ReadAsync(cancellation).ConfigureAwait(false);
            var (settings, sessions) = AccountItem.Read(account.Tag, item);
            account.Take(VersionedItem.RevisionOf(item), settings, sessions, _stoppedAt, _startedAt);
        }).ConfigureAwait(false);
        // Time to live deletes late, and leaves sessions of an account that has settings or newer ones.
        account.Slots.Sweep(Now, []);
    }

    private void TakeSightings(DynamoAccount account, long now)
    {
        foreach (var slot in account.Slots.All.ToList())
        {
            if (_sightings.Find(slot.Sid, now + ClockStep, now) is not { } at)
                continue;
            // Lines that were written before this start.
            if (at < _startedAt)
                account.Slots.Recall(slot.Sid, at, _stoppedAt, _startedAt);
            else
                account.Slots.See(slot.Sid, at, now);
        }
    }

    private VersionedItem ItemOf(DynamoAccount account) => new(_table, PartitionOf(account.Tag), State);

    /// <summary>A partition of its own for each account: there is no limit to how many are written at once.</summary>
    private static string PartitionOf(string tag) => Tenant.Key($"account#{tag}");

    private static string TagOf(string sid) => sid[..SessionId.AccountTagLength];
}
