using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>
/// The log of notifications: segments numbered without a gap, each written on the condition that its place is free. A segment holds the
/// cursor into the ledger as well, so what was told and that it was told are one write, and two writers cannot both succeed.
/// </summary>
/// <param name="table">The state table.</param>
/// <param name="time">The clock.</param>
internal sealed class NotificationLog(DynamoTable table, TimeProvider time)
{
    /// <summary>Most notifications in a segment: a delivery is made of whole segments.</summary>
    public const int MostEvents = NotificationBatch.MostEvents;

    /// <summary>Most characters of notifications in a segment; an item may have 400 kB.</summary>
    public const int MostText = 200_000;

    /// <summary>How long segments stay that nobody needs: much longer than the newest one is taken for the newest without a look, so that no late writer finds a place free that was taken once.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan NewestHolds = TimeSpan.FromMinutes(1);

    private const int MostDeleted = 1_000, SegmentsAtATime = 5;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private LogSegment? _newest;
    private long _readAt;

    /// <summary>The newest segment, read anew.</summary>
    public async Task<LogSegment> ReadNewestAsync(CancellationToken cancellation)
    {
        await foreach (var item in table.QueryAsync(WebhookItems.Log, descending: true, pageSize: 1, cancellation: cancellation).ConfigureAwait(false))
            return LogSegment.Of(item);
        return LogSegment.None;
    }

    /// <summary>The newest segment as this process knows it: another process may have written behind it.</summary>
    public async Task<LogSegment> NewestAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await KnownNewestAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes a notification; written again after a failure, it is not written twice unless others have written meanwhile.</summary>
    public Task AppendAsync(Notification notification, CancellationToken cancellation) =>
        WriteAsync(newest => newest.Cursor, [(notification.Type, notification.Json)], notification.Id, cancellation);

    /// <summary>Writes what decisions are told as, and that they are.</summary>
    /// <param name="from">The cursor that they follow.</param>
    /// <param name="to">The sequence of the last of them.</param>
    /// <param name="events">What they are told as; at most <see cref="MostEvents"/> and <see cref="MostText"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the cursor is another one: nothing was written.</returns>
    public Task<bool> TellAsync(long from, long to, IReadOnlyList<(string Type, string Json)> events, CancellationToken cancellation) =>
        WriteAsync(newest => newest.Cursor == from ? to : null, events, Guid.NewGuid().ToString("N"), cancellation);

    /// <summary>Moves the cursor on to a sequence, unless it is there already: nobody is told of what is passed over.</summary>
    public Task PassOverAsync(long to, CancellationToken cancellation) => WriteAsync(newest => newest.Cursor < to ? to : null, [], Guid.NewGuid().ToString("N"), cancellation);

    /// <summary>The segments from a number to a number, both the ends of segments, or to the newest.</summary>
    public async IAsyncEnumerable<LogSegment> ReadAsync(long from, long? until, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = until is { } end ? Number.Sortable(end) : null;
        await foreach (var item in table.QueryAsync(WebhookItems.Log, Number.Sortable(from), last, pageSize: SegmentsAtATime, cancellation: cancellation).ConfigureAwait(false))
            yield return LogSegment.Of(item);
    }

    /// <summary>Deletes segments that nobody needs; never the newest, which knows cursor and number.</summary>
    /// <param name="before">The first number that somebody needs.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether there is more to delete.</returns>
    public async Task<bool> SweepAsync(long before, DateTimeOffset now, CancellationToken cancellation)
    {
        var newest = await ReadNewestAsync(cancellation).ConfigureAwait(false);
        var deletions = new List<WriteRequest>();
        await foreach (var segment in ReadAsync(0, null, cancellation).ConfigureAwait(false))
        {
            if (segment.Last >= Math.Min(before, newest.First) || segment.Created > now - KeptFor || deletions.Count == MostDeleted)
                break;
            deletions.Add(DynamoTable.Deleting(WebhookItems.Log, Number.Sortable(segment.First)));
        }
        await table.WriteAsync(deletions, cancellation).ConfigureAwait(false);
        return deletions.Count == MostDeleted;
    }

    private async Task<bool> WriteAsync(Func<LogSegment, long?> cursor, IReadOnlyList<(string Type, string Json)> events, string writer, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var newest = await KnownNewestAsync(cancellation).ConfigureAwait(false);
                // Not known to be the newest any more until there is an answer.
                _newest = null;
                if (newest.Writer == writer)
                    return true;
                if (cursor(newest) is not { } moved)
                    return false;
                var next = newest.Followed(moved, events, writer, time.GetUtcNow());
                var item = next.ToItem();
                if (await table.PutAsync(item, DynamoTable.IsFree, null, cancellation).ConfigureAwait(false))
                {
                    (_newest, _readAt) = (next, time.GetTimestamp());
                    return true;
                }
                // An attempt whose answer was lost has been tried again, and has then met what it wrote itself.
                if (await table.FindAsync(WebhookItems.Log, item[DynamoTable.Sort].S, cancellation).ConfigureAwait(false) is { } there && LogSegment.Of(there).Writer == writer)
                    return true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<LogSegment> KnownNewestAsync(CancellationToken cancellation)
    {
        if (_newest is null || time.GetElapsedTime(_readAt) > NewestHolds)
        {
            var readAt = time.GetTimestamp();
            (_newest, _readAt) = (await ReadNewestAsync(cancellation).ConfigureAwait(false), readAt);
        }
        return _newest;
    }
}
