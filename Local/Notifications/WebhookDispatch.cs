using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Follows the ledger and the conditions, and delivers what webhooks are told of them; where things are kept is the stores' matter.</summary>
public sealed partial class WebhookDispatch : IWebhooks, IAsyncDisposable
{
    /// <summary>Decisions that are told in one transaction: revocations wait for it.</summary>
    private const int MostTold = 500;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1), SweepEvery = TimeSpan.FromMinutes(1);

    private readonly IWebhookStore _webhooks;
    private readonly IRevocationLedger _ledger;
    private readonly IOutbox _outbox;
    private readonly IDeliveryLease _lease;
    private readonly WebhookPoster _poster;
    private readonly ConditionMonitor _monitor;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, WebhookWorker> _workers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Wake _decided = new(signalled: true);
    private Task _running = Task.CompletedTask;
    private volatile WebhookCounts _counts = new(0, 0, 0, 0);

    /// <summary>Puts the dispatch together; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="webhooks">The registrations.</param>
    /// <param name="outbox">Notifications and deliveries.</param>
    /// <param name="ledger">The ledger that is followed.</param>
    /// <param name="conditions">What is looked at every second.</param>
    /// <param name="options">Times and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where faults are told.</param>
    /// <param name="lease">Which process delivers; null where there is only one.</param>
    /// <param name="resolve">Resolves receivers' names; the system's resolver unless given.</param>
    public WebhookDispatch(
        IWebhookStore webhooks, IOutbox outbox, IRevocationLedger ledger, IReadOnlyList<ICondition> conditions, WebhookOptions options, TimeProvider time, ILoggerFactory loggers,
        IDeliveryLease? lease = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _webhooks = webhooks;
        _outbox = outbox;
        _lease = lease ?? new SoleDelivery();
        _ledger = ledger;
        _options = options;
        _time = time;
        _log = loggers.CreateLogger<WebhookDispatch>();
        _poster = new WebhookPoster(options.AnswerWithin, time, resolve);
        _monitor = new ConditionMonitor(conditions, outbox, time);
        outbox.Appended = SignalAll;
    }

    /// <inheritdoc/>
    public WebhookCounts Counts => _counts;

    /// <summary>Begins to follow and to deliver; call it once.</summary>
    public void Start()
    {
        foreach (var held in _webhooks.Held.All)
            StartWorker(held.Webhook.Id);
        _running = Task.WhenAll(Task.Run(WatchLedgerAsync), Task.Run(FollowLedgerAsync), Task.Run(LookRegularlyAsync));
    }

    /// <summary>Ends deliveries under way and gives up the lease; what is not delivered stays in the outbox.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (var worker in _workers.Values)
            await worker.DisposeAsync().ConfigureAwait(false);
        await _lease.ReleaseAsync().ConfigureAwait(false);
        _poster.Dispose();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Webhook> List() => [.. _webhooks.Held.All.Select(held => held.Webhook)];

    /// <inheritdoc/>
    public async ValueTask<(Webhook Webhook, string Secret)?> AddAsync(Uri url, NotificationFilter filter, string description, CancellationToken cancellation = default)
    {
        if (WebhookAddress.Check(url.OriginalString) is { } wrong)
            throw new ArgumentException($"The URL {wrong}.", nameof(url));
        var id = "wh_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var created = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var held = new HeldWebhook(new Webhook(id, url, filter, description, created, null, null), WebhookSignature.DrawSecret(), null);
        if (!await _webhooks.AddAsync(held, _options.MostWebhooks, cancellation).ConfigureAwait(false))
            return null;
        StartWorker(id);
        _outbox.Touch();
        return (held.Webhook, held.Secret);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default)
    {
        if (!await _webhooks.RemoveAsync(id, cancellation).ConfigureAwait(false))
            return false;
        if (_workers.TryRemove(id, out var worker))
            await worker.DisposeAsync().ConfigureAwait(false);
        _outbox.Touch();
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<(Webhook Webhook, string Secret)?> RotateSecretAsync(string id, TimeSpan overlap, CancellationToken cancellation = default) =>
        await _webhooks.RotateAsync(id, WebhookSignature.DrawSecret(), _time.GetUtcNow() + overlap, cancellation).ConfigureAwait(false) is { } held ? (held.Webhook, held.Secret) : null;

    /// <inheritdoc/>
    public async ValueTask<Webhook?> EnableAsync(string id, CancellationToken cancellation = default)
    {
        if (await _webhooks.EnableAsync(id, cancellation).ConfigureAwait(false) is not { } held)
            return null;
        _outbox.Touch();
        SignalAll();
        return held.Webhook;
    }

    /// <inheritdoc/>
    public async ValueTask<PostOutcome?> PingAsync(string id, CancellationToken cancellation = default)
    {
        if (_webhooks.Held.Find(id) is not { } held)
            return null;
        var ping = Notification.Of(NotificationTypes.Ping, _time.GetUtcNow(), new { webhook = id });
        var delivery = "dlv_" + ping.Id[4..];
        return await _poster.PostAsync(held, delivery, 1, NotificationBatch.Write(delivery, [ping.Json]), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string id, DeliveryState? state, int limit, CancellationToken cancellation = default) =>
        _outbox.ListDeliveriesAsync(id, state, limit, cancellation);

    /// <inheritdoc/>
    public async ValueTask<int?> RedeliverAsync(string id, CancellationToken cancellation = default) =>
        _webhooks.Held.Find(id) is null ? null : await _outbox.RedeliverAsync(id, _time.GetUtcNow(), cancellation).ConfigureAwait(false);

    private void StartWorker(string id)
    {
        var worker = new WebhookWorker(id, _webhooks, _outbox, _lease, _poster, _time, _log);
        if (_workers.TryAdd(id, worker))
            worker.Start();
    }

    private void SignalAll()
    {
        foreach (var worker in _workers.Values)
            worker.Signal();
    }

    private Task WatchLedgerAsync() => UntilStoppedAsync("the ledger", async () =>
    {
        await foreach (var _ in _ledger.WatchAsync(_stopping.Token).ConfigureAwait(false))
            _decided.Signal();
    });

    private Task FollowLedgerAsync() => UntilStoppedAsync("the ledger", async () =>
    {
        await _decided.WaitAsync(Timeout.InfiniteTimeSpan, _time, _stopping.Token).ConfigureAwait(false);
        try
        {
            while (_webhooks.Held.Any && await _lease.HoldAsync(_stopping.Token).ConfigureAwait(false) is not null)
            {
                var cursor = await _outbox.ReadCursorAsync(_stopping.Token).ConfigureAwait(false);
                var decisions = await _ledger.ReadAfterAsync(cursor, MostTold, _stopping.Token).ConfigureAwait(false);
                if (decisions.Count == 0)
                    break;
                await _outbox.TellAsync(cursor, decisions, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch
        {
            _decided.Signal();
            throw;
        }
    });

    private Task LookRegularlyAsync()
    {
        var sweptAt = _time.GetTimestamp();
        long? held = null;
        var changed = false;
        return UntilStoppedAsync("the conditions", async () =>
        {
            // A change is said once: what it brings about must not be lost where the lease cannot be renewed.
            if (await _webhooks.RefreshAsync(_stopping.Token).ConfigureAwait(false))
            {
                changed = true;
                await AlignWorkersAsync().ConfigureAwait(false);
            }
            var term = await _lease.HoldAsync(_stopping.Token).ConfigureAwait(false);
            if (changed || term != held)
            {
                changed = false;
                _outbox.Touch();
                _decided.Signal();
                SignalAll();
            }
            held = term;
            if (term is { } mine)
            {
                await _monitor.LookAsync(mine, _stopping.Token).ConfigureAwait(false);
                if (_time.GetElapsedTime(sweptAt) >= SweepEvery)
                {
                    while (await _outbox.SweepAsync(_time.GetUtcNow(), _stopping.Token).ConfigureAwait(false))
                    {
                    }
                    sweptAt = _time.GetTimestamp();
                }
            }
            _counts = await _outbox.CountAsync(_counts, _stopping.Token).ConfigureAwait(false);
            await Task.Delay(LookEvery, _time, _stopping.Token).ConfigureAwait(false);
        });
    }

    /// <summary>After other processes have added and removed webhooks.</summary>
    private async Task AlignWorkersAsync()
    {
        var webhooks = _webhooks.Held;
        foreach (var held in webhooks.All)
            StartWorker(held.Webhook.Id);
        foreach (var id in _workers.Keys.Where(id => webhooks.Find(id) is null))
        {
            if (_workers.TryRemove(id, out var worker))
                await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Does something again and again, a while later after a fault.</summary>
    private async Task UntilStoppedAsync(string what, Func<Task> turn)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await turn().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFault(what, error.Message);
                await Task.Delay(LookEvery, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhooks cannot follow {What}, it is tried again: {Reason}")]
    private partial void LogFault(string what, string reason);
}
