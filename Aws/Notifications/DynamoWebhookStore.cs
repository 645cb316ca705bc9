using System.Security.Cryptography;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>Webhooks in the state table, URL and secrets sealed; all of them in memory as well, as they were at the last refresh.</summary>
internal sealed class DynamoWebhookStore : IWebhookStore, IHealthReporting
{
    /// <summary>How long a removed webhook leaves its mark: longer than anything is under way to it.</summary>
    private static readonly TimeSpan MarkedFor = TimeSpan.FromMinutes(10);

    private readonly RegistrationTable _registrations;
    private readonly DeliveryTable _deliveries;
    private readonly NotificationLog _log;
    private readonly IRevocationLedger _ledger;
    private readonly SecretSeal _seal;
    private readonly TimeProvider _time;
    private readonly CallHealth _health;
    private readonly string _tableName;

    // A refresh that began before a change must not end after it and take it back.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile HeldWebhooks _held = HeldWebhooks.None;
    private Dictionary<string, string> _revisions = [];

    private DynamoWebhookStore(DynamoTable table, DeliveryTable deliveries, NotificationLog log, IRevocationLedger ledger, SecretSeal seal, TimeProvider time)
    {
        _registrations = new RegistrationTable(table);
        _deliveries = deliveries;
        _log = log;
        _ledger = ledger;
        _seal = seal;
        _time = time;
        _health = new CallHealth("webhooks", time);
        _tableName = table.Name;
    }

    public HeldWebhooks Held => _held;

    public StoreHealth Health => _health.Current;

    /// <summary>Reads the webhooks.</summary>
    /// <param name="table">The state table.</param>
    /// <param name="deliveries">Their deliveries.</param>
    /// <param name="log">The log that they are told from.</param>
    /// <param name="ledger">The ledger: the first webhook is told of what comes behind its end.</param>
    /// <param name="seal">Seals URLs and secrets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="InvalidOperationException">The seal does not open what is stored.</exception>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<DynamoWebhookStore> OpenAsync(
        DynamoTable table, DeliveryTable deliveries, NotificationLog log, IRevocationLedger ledger, SecretSeal seal, TimeProvider time, CancellationToken cancellation)
    {
        var store = new DynamoWebhookStore(table, deliveries, log, ledger, seal, time);
        await store.RefreshAsync(cancellation).ConfigureAwait(false);
        return store;
    }

    public async ValueTask<bool> RefreshAsync(CancellationToken cancellation) => await _health.WatchAsync(() => ExclusivelyAsync(
        async () =>
        {
            var all = await _registrations.ListAsync(cancellation).ConfigureAwait(false);
            var revisions = all.ToDictionary(one => one.Id, one => one.Revision);
            if (revisions.Count == _revisions.Count && revisions.All(one => _revisions.GetValueOrDefault(one.Key) == one.Value))
                return false;
            try
            {
                _held = HeldWebhooks.Of(all.Where(one => one.Registration.Removed is null).Select(one => one.Registration.Open(one.Id, _seal)));
            }
            catch (AuthenticationTagMismatchException error)
            {
                throw new InvalidOperationException($"The sealing key does not open the webhooks in the table {_tableName}; use the one that belongs to it.", error);
            }
            _revisions = revisions;
            return true;
        },
        cancellation)).ConfigureAwait(false);

    public async ValueTask<bool> AddAsync(HeldWebhook held, int most, CancellationToken cancellation) => await ExclusivelyAsync(
        async () =>
        {
            var count = (await _registrations.ListAsync(cancellation).ConfigureAwait(false)).Count(one => one.Registration.Removed is null);
            if (count >= most)
                return false;
            // Nobody has followed the ledger as long as there was no webhook.
            if (count == 0)
                await _log.PassOverAsync(_ledger.Current.Sequence, cancellation).ConfigureAwait(false);
            await SetToEndAsync(held.Webhook, cancellation).ConfigureAwait(false);
            await _registrations.AddAsync(held.Webhook.Id, Registration.Of(held, _seal), cancellation).ConfigureAwait(false);
            _held = _held.With(held);
            return true;
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation) => await ExclusivelyAsync(
        async () =>
        {
            var removed = await _registrations.ChangeAsync(
                id, now => now.Removed is null ? now with { Removed = _time.GetUtcNow(), Sealed = null, Untold = null } : null, cancellation).ConfigureAwait(false);
            _held = _held.Without(id);
            if (removed is null)
                return false;
            try
            {
                await _deliveries.DeleteAsync(id, cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                // The webhook is gone; the sweep deletes what is left.
            }
            return true;
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask<HeldWebhook?> RotateAsync(string id, string secret, DateTimeOffset oldUntil, CancellationToken cancellation) => await ExclusivelyAsync(
        async () =>
        {
            var rotated = await _registrations.ChangeAsync(
                id, now => now.Removed is null ? now with { Sealed = now.Open(id, _seal).Rotated(secret, oldUntil).Close(_seal) } : null, cancellation).ConfigureAwait(false);
            return Publish(id, rotated);
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask<HeldWebhook?> EnableAsync(string id, CancellationToken cancellation) => await ExclusivelyAsync(
        async () =>
        {
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } registration)
                return null;
            if (registration.Disabled is null)
                return Publish(id, registration);
            await CompleteAsync(id, registration, cancellation).ConfigureAwait(false);
            await SetToEndAsync(registration.Open(id, _seal).Webhook, cancellation).ConfigureAwait(false);
            return Publish(id, await _registrations.ChangeAsync(id, now => now.Removed is null ? now with { Disabled = null, Untold = null } : null, cancellation).ConfigureAwait(false));
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask<HeldWebhook?> DisableAsync(string id, CancellationToken cancellation) => await ExclusivelyAsync(
        async () =>
        {
            var at = _time.GetUtcNow();
            var untold = Notification.Of(NotificationTypes.WebhookDisabled, at, new { webhook = id, status = PostOutcome.Gone });
            var disabled = await _registrations.ChangeAsync(
                id, now => now is { Removed: null, Disabled: null } ? now with { Disabled = at, Untold = untold } : null, cancellation).ConfigureAwait(false);
            // What a failure interrupted is taken up again here, or by the sweep.
            disabled ??= await FindAsync(id, cancellation).ConfigureAwait(false) is { Untold: not null } begun ? begun : null;
            if (disabled is null)
                return null;
            Publish(id, disabled);
            await CompleteAsync(id, disabled, cancellation).ConfigureAwait(false);
            return _held.Find(id);
        },
        cancellation).ConfigureAwait(false);

    /// <summary>Finishes what was interrupted: removals and switchings-off.</summary>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var (id, _, registration) in await _registrations.ListAsync(cancellation).ConfigureAwait(false))
        {
            if (registration.Removed is { } removed)
            {
                await _deliveries.DeleteAsync(id, cancellation).ConfigureAwait(false);
                if (now - removed > MarkedFor)
                    await _registrations.DeleteAsync(id, cancellation).ConfigureAwait(false);
            }
            else if (registration.Disabled is not null)
            {
                await ExclusivelyAsync(
                    async () =>
                    {
                        // It may have been enabled meanwhile.
                        if (await FindAsync(id, cancellation).ConfigureAwait(false) is { Disabled: not null } still)
                            await CompleteAsync(id, still, cancellation).ConfigureAwait(false);
                        return true;
                    },
                    cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>After a webhook was switched off: what is on its way to it is dead, and the others are told.</summary>
    private async Task CompleteAsync(string id, Registration registration, CancellationToken cancellation)
    {
        await _deliveries.ShiftAsync(id, DeliveryState.Pending, DeliveryState.Dead, delivery => delivery with { NextAttempt = null }, cancellation).ConfigureAwait(false);
        if (registration.Untold is not { } untold)
            return;
        await _log.AppendAsync(untold, cancellation).ConfigureAwait(false);
        await _registrations.ChangeAsync(id, now => now.Untold is null ? null : now with { Untold = null }, cancellation).ConfigureAwait(false);
    }

    private async Task SetToEndAsync(Webhook webhook, CancellationToken cancellation)
    {
        var newest = await _log.ReadNewestAsync(cancellation).ConfigureAwait(false);
        await _deliveries.SetPositionAsync(webhook.Id, new LogPosition(newest.Last, newest.TotalOf(webhook.Filter.Types)), cancellation).ConfigureAwait(false);
    }

    private async Task<Registration?> FindAsync(string id, CancellationToken cancellation) =>
        await _registrations.FindAsync(id, cancellation).ConfigureAwait(false) is { Removed: null } registration ? registration : null;

    private HeldWebhook? Publish(string id, Registration? registration)
    {
        if (registration is null)
            return null;
        var held = registration.Open(id, _seal);
        _held = _held.With(held);
        return held;
    }

    private async Task<T> ExclusivelyAsync<T>(Func<Task<T>> change, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
