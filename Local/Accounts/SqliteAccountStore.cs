using System.Collections.Concurrent;
using System.Text;
using Microsoft.Data.Sqlite;
using Portcullis.Accounts;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Tokens;

namespace Portcullis.Local.Accounts;

/// <summary>
/// The accounts: decided in memory, kept in SQLite. A row follows what memory holds at the moment it is written, so the order in which
/// writes are queued does not matter, and one that failed is made good by any later one of the same session.
/// </summary>
/// <remarks>Stored are settings and, of each session, when it was minted and until when its tokens live. Sightings are not: after a restart
/// the stored sessions tell them, and the lines that are read again.</remarks>
internal sealed partial class SqliteAccountStore : IAccountStore, ISightings, IAsyncDisposable
{
    /// <summary>How often what is over is removed, and how far a restart may believe that the service stopped sooner than it did.</summary>
    internal static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private const int Stripes = 64;

    private readonly AccountStripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new AccountStripe())];
    private readonly ConcurrentDictionary<string, byte> _unsettled = new(StringComparer.Ordinal);
    private readonly GroupCommitWriter _writer;
    private readonly AccountEndings _endings;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sweeping;
    private readonly long _startedAt, _stoppedAt;

    public SqliteAccountStore(SqliteDatabase database, GroupCommitWriter writer, IRevocationLedger ledger, IAssetStore assets, IKeyStore keys, AccountLimits limits, TimeProvider time, TimeSpan? sweepEvery = null)
    {
        (_writer, _endings, _time, Limits) = (writer, new AccountEndings(ledger, assets, keys, time), time, limits);
        _startedAt = Now;
        using (var connection = database.Open())
        {
            _stoppedAt = connection.Scalar("SELECT at FROM account_clock") is long at ? at : 0;
            foreach (var (tag, settings) in connection.Query("SELECT tag, max_sessions, when_full FROM accounts", ReadSettings))
                StripeOf(tag).Open(tag).Settings = settings;
            foreach (var (sid, minted, expires) in connection.Query("SELECT sid, minted, expires FROM account_sessions", row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2))))
                StripeOf(sid).Open(TagOf(sid)).Slots.Restore(sid, minted, expires, _stoppedAt, _startedAt);
        }
        _sweeping = SweepRegularlyAsync(sweepEvery ?? SweepEvery);
    }

    public AccountLimits Limits { get; }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<MintJudgement> AdmitAsync(string sid, long expiresAt, CancellationToken cancellation = default)
    {
        var stripe = StripeOf(sid);
        var account = Enter(stripe, TagOf(sid));
        try
        {
            var judgement = await ReserveAsync(stripe, account, sid, expiresAt * 1000, cancellation).ConfigureAwait(false);
            if (judgement.IsAdmitted)
                await KeepAsync(stripe, account, sid, cancellation).ConfigureAwait(false);
            return judgement;
        }
        finally
        {
            Leave(stripe, account);
        }
    }

    public async ValueTask RenewAsync(string sid, long startedAt, long expiresAt, CancellationToken cancellation = default)
    {
        var stripe = StripeOf(sid);
        lock (stripe.Lock)
        {
            if (!stripe.Open(TagOf(sid)).Slots.Renew(sid, startedAt * 1000, expiresAt * 1000))
                return;
        }
        try
        {
            await StoreAsync(sid, cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // A session goes on whether or not the disk takes it; the next sweep stores it.
            _unsettled[sid] = 0;
        }
    }

    public ValueTask<AccountReport> FindAsync(string tag, CancellationToken cancellation = default)
    {
        var (now, stripe) = (Now, StripeOf(tag));
        var isRevoked = _endings.RevokedAt(now);
        lock (stripe.Lock)
        {
            var account = stripe.Find(tag);
            return ValueTask.FromResult(AccountReport.Of(account?.Settings ?? AccountSettings.None, Limits, account?.Slots, isRevoked, now));
        }
    }

    public async ValueTask PutAsync(string tag, AccountSettings settings, CancellationToken cancellation = default)
    {
        var put = new Write<bool>(
            connection => settings == AccountSettings.None
                ? connection.Execute("DELETE FROM accounts WHERE tag = :tag", (":tag", tag)) >= 0
                : connection.Execute(
                    "INSERT INTO accounts (tag, max_sessions, when_full) VALUES (:tag, :sessions, :full) ON CONFLICT (tag) DO UPDATE SET max_sessions = excluded.max_sessions, when_full = excluded.when_full",
                    (":tag", tag), (":sessions", settings.MaxSessions), (":full", (int?)settings.WhenFull)) == 1,
            _ =>
            {
                var stripe = StripeOf(tag);
                lock (stripe.Lock)
                    stripe.Open(tag).Settings = settings;
            });
        await _writer.EnqueueAsync(put, cancellation).ConfigureAwait(false);
        await put.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void Seen(ReadOnlySpan<byte> sid, long at)
    {
        Span<char> text = stackalloc char[SessionId.MaxLength];
        text = text[..Encoding.ASCII.GetChars(sid, text)];
        if (SessionId.AccountTagOf(text).IsEmpty)
            return;
        var stripe = StripeOf(text);
        lock (stripe.Lock)
        {
            if (stripe.Find(text[..SessionId.AccountTagLength]) is not { } account)
                return;
            // Stored sessions, and lines that were written before this start.
            if (at < _startedAt)
                account.Slots.Recall(text, at, _stoppedAt, _startedAt);
            else
                account.Slots.See(text, at, Now);
        }
    }

    /// <summary>Stops, with the time of it stored: nothing is held longer than it must after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopSweepingAsync().ConfigureAwait(false);
        await SweepAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Stops without a last word.</summary>
    internal async Task StopSweepingAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
    }

    /// <summary>Removes what is over and stores what could not be stored before.</summary>
    internal async Task SweepAsync()
    {
        var now = Now;
        var gone = new List<string>();
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
                stripe.Sweep(now, gone);
        }
        foreach (var sid in gone)
            _unsettled[sid] = 0;
        var sids = _unsettled.Keys.ToList();
        // Taken off first: what changes again while this is on its way is put there again.
        foreach (var sid in sids)
            _unsettled.TryRemove(sid, out _);
        try
        {
            var write = new Write<bool>(connection =>
            {
                foreach (var sid in sids)
                    StoreRow(connection, sid);
                // What was held at the last stop is held for a minute; a stop within that minute must not shorten it.
                return now >= _startedAt + AccountSlots.HoldFor
                    && connection.Execute("INSERT INTO account_clock (id, at) VALUES (1, :at) ON CONFLICT (id) DO UPDATE SET at = excluded.at", (":at", now)) == 1;
            });
            await _writer.EnqueueAsync(write, default).ConfigureAwait(false);
            await write.Done.ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The writer's health says so; the next sweep tries again.
            foreach (var sid in sids)
                _unsettled[sid] = 0;
        }
    }

    private async Task<MintJudgement> ReserveAsync(AccountStripe stripe, Account account, string sid, long expiresAt, CancellationToken cancellation)
    {
        await account.Turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            MintJudgement judgement;
            lock (stripe.Lock)
            {
                var now = Now;
                judgement = account.Slots.Judge(account.Settings.Over(Limits), _endings.RevokedAt(now), now);
                if (judgement.IsAdmitted && judgement.ToEnd.Count == 0)
                    account.Slots.Mint(sid, expiresAt, now);
            }
            if (judgement.ToEnd.Count == 0)
                return judgement;
            await _endings.EndAsync(judgement.ToEnd, judgement.Limits, cancellation).ConfigureAwait(false);
            lock (stripe.Lock)
                account.Slots.Mint(sid, expiresAt, Now);
            return judgement;
        }
        finally
        {
            account.Turn.Release();
        }
    }

    /// <summary>Makes a reserved slot durable, or gives it back: a token that was not given out cannot be seen.</summary>
    private async Task KeepAsync(AccountStripe stripe, Account account, string sid, CancellationToken cancellation)
    {
        try
        {
            await StoreAsync(sid, cancellation).ConfigureAwait(false);
        }
        catch
        {
            lock (stripe.Lock)
                account.Slots.Remove(sid);
            // The row may be there, or still get there.
            _unsettled[sid] = 0;
            throw;
        }
    }

    private async Task StoreAsync(string sid, CancellationToken cancellation)
    {
        var write = new Write<bool>(connection => StoreRow(connection, sid));
        await _writer.EnqueueAsync(write, cancellation).ConfigureAwait(false);
        await write.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Brings a session's row to what memory holds now. On the writer's thread.</summary>
    private bool StoreRow(SqliteConnection connection, string sid)
    {
        AccountSlot? held;
        var stripe = StripeOf(sid);
        lock (stripe.Lock)
            held = stripe.Find(TagOf(sid))?.Slots.Find(sid);
        if (held is not { } slot)
            return connection.Execute("DELETE FROM account_sessions WHERE sid = :sid", (":sid", sid)) == 1;
        return connection.Execute(
            "INSERT INTO account_sessions (sid, minted, expires) VALUES (:sid, :minted, :expires) ON CONFLICT (sid) DO UPDATE SET expires = excluded.expires",
            (":sid", sid), (":minted", slot.MintedAt), (":expires", slot.ExpiresAt)) == 1;
    }

    private async Task SweepRegularlyAsync(TimeSpan every)
    {
        while (true)
        {
            await Task.Delay(every, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
                return;
            await SweepAsync().ConfigureAwait(false);
        }
    }

    private static Account Enter(AccountStripe stripe, ReadOnlySpan<char> tag)
    {
        lock (stripe.Lock)
        {
            var account = stripe.Open(tag);
            account.Users++;
            return account;
        }
    }

    private static void Leave(AccountStripe stripe, Account account)
    {
        lock (stripe.Lock)
            account.Users--;
    }

    /// <summary>By the tag's first two characters, which are as good as random; of a sid or a tag alike.</summary>
    private AccountStripe StripeOf(ReadOnlySpan<char> sidOrTag) => _stripes[((sidOrTag[0] * 62) + sidOrTag[1]) % Stripes];

    private static ReadOnlySpan<char> TagOf(string sid) => sid.AsSpan(0, SessionId.AccountTagLength);

    private static (string Tag, AccountSettings Settings) ReadSettings(SqliteDataReader row) => (row.GetString(0), new AccountSettings
    {
        MaxSessions = row.IsDBNull(1) ? null : row.GetInt32(1),
        WhenFull = row.IsDBNull(2) ? null : (WhenFull)row.GetInt32(2),
    });
}
