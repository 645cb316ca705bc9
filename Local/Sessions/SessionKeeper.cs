using System.Text;
using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>
/// Keeps the sessions that have evidence, what was learned of titles, and then the positions up to which both were read. After a restart
/// those sessions come back and reading goes on at the positions; sessions without evidence begin anew there.
/// </summary>
/// <remarks>
/// A session's record is written before the position behind its lines is. So whatever is lost is read again, and lines that are observed
/// twice change no verdict.
/// </remarks>
public sealed partial class SessionKeeper : IHealthReporting, IAsyncDisposable
{
    /// <summary>Name of the document that holds what was learned of titles.</summary>
    public const string Titles = "titles";

    private static readonly TimeSpan DropIdleEvery = TimeSpan.FromMinutes(1);

    /// <summary>What was learned is saved this often although nothing was added: stores let go of what nobody saves.</summary>
    private static readonly TimeSpan TitlesAgainAfter = TimeSpan.FromDays(1);

    private readonly SessionShards _sessions;
    private readonly ISessionRecords _records;
    private readonly MalformedLines _malformed;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TimeSpan _every;
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private volatile StoreHealth _health;
    private IStreamPositions? _positions;
    private byte[] _savedTitles = [];
    private long _titlesSavedAt, _droppedAt;
    private Task _running = Task.CompletedTask;

    private SessionKeeper(SessionShards sessions, ISessionRecords records, MediaReader media, MalformedLines malformed, TimeSpan every, TimeProvider time, ILogger log)
    {
        (_sessions, _records, Media, _malformed, _every, _time, _log) = (sessions, records, media, malformed, every, time, log);
        _health = new StoreHealth("session-keeper", null, time.GetUtcNow());
    }

    /// <summary>What was learned of titles, to be shared by all readers.</summary>
    public MediaReader Media { get; }

    /// <summary>Whether the last round kept everything.</summary>
    public StoreHealth Health => _health;

    /// <summary>Brings the kept sessions back. Nothing is saved before <see cref="Start"/>.</summary>
    /// <param name="sessions">The engine, without sessions so far.</param>
    /// <param name="records">Where they are kept.</param>
    /// <param name="malformed">The malformed lines, which an erasure reaches as well.</param>
    /// <param name="every">How often changed sessions are saved; design: 10 s.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For what cannot be read or saved.</param>
    /// <param name="cancellation">Ends the load.</param>
    /// <exception cref="StoreUnavailableException">The records cannot be read now.</exception>
    public static async Task<SessionKeeper> OpenAsync(
        SessionShards sessions, ISessionRecords records, MalformedLines malformed, TimeSpan every, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var log = loggers.CreateLogger<SessionKeeper>();
        var media = await LoadMediaAsync(records, log, cancellation).ConfigureAwait(false);
        var keeper = new SessionKeeper(sessions, records, media, malformed, every, time, log);
        await foreach (var (sid, record) in records.LoadAsync(cancellation).ConfigureAwait(false))
        {
            if (keeper.Read(sid, record) is { } state)
                sessions.Restore([state]);
        }
        return keeper;
    }

    /// <summary>Begins to keep sessions; call it once, before the first line is read.</summary>
    /// <param name="positions">How far the readers are.</param>
    public void Start(IStreamPositions positions)
    {
        _positions = positions;
        _droppedAt = _time.GetTimestamp();
        _running = RunAsync(positions);
    }

    /// <summary>Saves what there is, and ends. Reading has ended before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_positions is not null)
            await SaveAsync(default).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Saves what has changed, then the positions that belong to it. The health says whether it could.</summary>
    public async Task SaveAsync(CancellationToken cancellation)
    {
        await _saving.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await SaveInTurnAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Erases the sessions of an account, in memory and as kept. What is read of them from now on makes new ones.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; erasing again is safe.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="StoreUnavailableException">Not all could be erased now; erase again.</exception>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation)
    {
        // A round under way may hold them, and would save them after they were erased.
        await _saving.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var inMemory = _sessions.Erase(Encoding.ASCII.GetBytes(tag + "_"));
            _malformed.Erase(tag + "_");
            // With positions behind the lines that were read, so that a crash does not bring them back.
            await SaveInTurnAsync(cancellation).ConfigureAwait(false);
            return Math.Max(inMemory, await _records.EraseAsync(tag, cancellation).ConfigureAwait(false));
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Whether a session is worth keeping: there is evidence, or what adds up to some.</summary>
    internal static bool HasEvidence(SessionState state) => state.Verdict.Score > 0 || state.Verdict.Evidence.Count > 0;

    private async Task RunAsync(IStreamPositions positions)
    {
        while (true)
        {
            await Task.Delay(_every, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
                return;
            try
            {
                await _sessions.SettleAsync(positions.EventTime, _stopping.Token).ConfigureAwait(false);
                if (_time.GetElapsedTime(_droppedAt) >= DropIdleEvery)
                {
                    _droppedAt = _time.GetTimestamp();
                    _sessions.DropIdle(positions.EventTime);
                }
                await SaveAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it is, the next round may go well; without rounds nothing would be kept at all.
                Report(error.Message);
            }
        }
    }

    private async Task SaveInTurnAsync(CancellationToken cancellation)
    {
        var positions = _positions ?? throw new InvalidOperationException("Sessions are kept from Start on.");
        List<KeyValuePair<string, byte[]?>> changed = [];
        byte[] titles = [];
        var isAtRest = await positions.NoteAsync(
            () =>
            {
                changed = _sessions.TakeDirty(HasEvidence);
                titles = Media.ToBytes();
            },
            cancellation).ConfigureAwait(false);
        // The states hold a batch that is not in the positions, its verdicts perhaps undelivered: a restart reads again from the round before.
        if (!isAtRest)
            return;
        try
        {
            await _records.SaveAsync(changed, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _sessions.ReturnDirty(changed.Select(session => session.Key));
            if (error is not StoreUnavailableException)
                throw;
            Report(error.Message);
            return;
        }
        try
        {
            await SaveTitlesAsync(titles, cancellation).ConfigureAwait(false);
            await positions.SaveAsync(cancellation).ConfigureAwait(false);
            Report(null);
        }
        catch (StoreUnavailableException error)
        {
            Report(error.Message);
        }
    }

    /// <summary>Mostly nothing new is learned.</summary>
    private async Task SaveTitlesAsync(byte[] titles, CancellationToken cancellation)
    {
        if (titles.AsSpan().SequenceEqual(_savedTitles) && _time.GetElapsedTime(_titlesSavedAt) < TitlesAgainAfter)
            return;
        await _records.SaveDocumentAsync(Titles, titles, cancellation).ConfigureAwait(false);
        (_savedTitles, _titlesSavedAt) = (titles, _time.GetTimestamp());
    }

    private void Report(string? error)
    {
        if (error is not null && _health.IsHealthy)
            LogNotSaved(_log, error);
        _health = _health.Becoming(error, _time);
    }
}
