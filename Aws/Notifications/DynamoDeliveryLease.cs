using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Notifications;

/// <summary>
/// The delivery lease as an item whose revision changes with each renewal. Whoever sees the same revision for as long as a lease lasts takes
/// it over: only time that passes on one's own clock counts, so clocks need not agree.
/// </summary>
/// <param name="table">The state table.</param>
/// <param name="time">The clock.</param>
internal sealed class DynamoDeliveryLease(DynamoTable table, TimeProvider time) : IDeliveryLease
{
    /// <summary>How long a lease lasts without renewal. A post that begins just before a renewal is due ends within it.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(6), ReleasedWithin = TimeSpan.FromSeconds(2);

    private const string Holder = "Holder", Term = "Term", Nobody = "-";

    private readonly VersionedItem _item = new(table, WebhookItems.Lease, "lease");
    private readonly string _me = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Held? _held;
    private (string Revision, long Since)? _seen;

    public async ValueTask<long?> HoldAsync(CancellationToken cancellation)
    {
        if (_held is { } held && IsYoung(held))
            return held.Term;
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!(_held is { } now && IsYoung(now)))
                await TakeAsync(cancellation).ConfigureAwait(false);
            return _held?.Term;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask ReleaseAsync()
    {
        // The process is about to end, and must not wait for a table that does not answer.
        using var soon = new CancellationTokenSource(ReleasedWithin);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_held is { } held)
                await _item.TryWriteAsync(Content(Nobody, held.Term), held.Revision, soon.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            // It ends by itself.
        }
        finally
        {
            _held = null;
            _gate.Release();
        }
    }

    private bool IsYoung(Held held) => time.GetElapsedTime(held.RenewedAt) < RenewAfter;

    private async Task TakeAsync(CancellationToken cancellation)
    {
        if (_held is { } held && await WriteAsync(held.Term, held.Revision, cancellation).ConfigureAwait(false))
            return;
        _held = null;
        var now = time.GetTimestamp();
        var item = await _item.ReadAsync(cancellation).ConfigureAwait(false);
        var (holder, term) = item is null ? (Nobody, 0) : (item[Holder].S, Number.In(item, Term));
        // A renewal whose answer was lost has left another revision, and nobody has come in between.
        if (holder == _me)
        {
            await WriteAsync(term, VersionedItem.RevisionOf(item), cancellation).ConfigureAwait(false);
            return;
        }
        if (holder != Nobody)
        {
            var revision = VersionedItem.RevisionOf(item)!;
            if (_seen?.Revision != revision)
                _seen = (revision, now);
            if (time.GetElapsedTime(_seen.Value.Since, now) < Duration)
                return;
        }
        await WriteAsync(term + 1, VersionedItem.RevisionOf(item), cancellation).ConfigureAwait(false);
    }

    private async Task<bool> WriteAsync(long term, string? read, CancellationToken cancellation)
    {
        var renewedAt = time.GetTimestamp();
        if (await _item.TryWriteAsync(Content(_me, term), read, cancellation).ConfigureAwait(false) is not { } revision)
            return false;
        _held = new Held(term, revision, renewedAt);
        return true;
    }

    private static Dictionary<string, AttributeValue> Content(string holder, long term) => new() { [Holder] = new(holder), [Term] = Number.Of(term) };

    private sealed record Held(long Term, string Revision, long RenewedAt);
}
