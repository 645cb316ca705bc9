using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Webhooks of a local installation: follows the ledger and the conditions, and delivers.</summary>
internal sealed partial class LocalWebhooks : IWebhooks, IAsyncDisposable
{
    /// <summary>Decisions that are told in one transaction: revocations wait for it.</summary>
    private const int MostTold = 500;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1), SweepEvery = TimeSpan.FromMinutes(1);

    private readonly SqliteWebhookStore _webhooks;
    private readonly IRevocationLedger _ledger;
    private readonly Outbox _outbox;
    private readonly WebhookPoster _poster;
    private readonly ConditionMonitor _monitor;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, WebhookWorker> _workers = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile WebhookCounts _counts = new(0, 0, 0, 0);

    public LocalWebhooks(
        SqliteWebhookStore webhooks, Outbox outbox, IRevocationLedger ledger, IReadOnlyList<ICondition> conditions, WebhookOptions options, TimeProvider time, ILoggerFactory loggers,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _webhooks = webhooks;
        _outbox = outbox;
        _ledger = ledger;
        _options = options;
        _time = time;
        _log = loggers.CreateLogger<LocalWebhooks>();
        _poster = new WebhookPoster(options.AnswerWithin, time, resolve);
        _monitor = new ConditionMonitor(conditions, outbox, time);
        outbox.Appended = SignalAll;
        _counts = outbox.Count(_counts);
    }

    public WebhookCounts Counts => _counts;

    public void Start()
    {
        foreach (var held in _webhooks.All)
            StartWorker(held.Webhook.Id);
        _running = Task.WhenAll(Task.Run(FollowLedgerAsync), Task.Run(LookRegularlyAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (var worker in _workers.Values)
            await worker.DisposeAsync().ConfigureAwait(false);
        _poster.Dispose();
        _stopping.Dispose();
    }

    public IReadOnlyList<Webhook> List() => [.. _webhooks.All.Select(held => held.Webhook)];

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

    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default)
    {
        if (!await _webhooks.RemoveAsync(id, cancellation).ConfigureAwait(false))
            return false;
        if (_workers.TryRemove(id, out var worker))
            await worker.DisposeAsync().ConfigureAwait(false);
        _outbox.Touch();
        return true;
    }

    public async ValueTask<(Webhook Webhook, string Secret)?> RotateSecretAsync(string id, TimeSpan overlap, CancellationToken cancellation = default) =>
        await _webhooks.RotateAsync(id, WebhookSignature.DrawSecret(), _time.GetUtcNow() + overlap, cancellation).ConfigureAwait(false) is { } held ? (held.Webhook, held.Secret) : null;

    public async ValueTask<Webhook?> EnableAsync(string id, CancellationToken cancellation = default)
    {
        if (await _webhooks.EnableAsync(id, cancellation).ConfigureAwait(false) is not { } held)
            return null;
        _outbox.Touch();
        SignalAll();
        return held.Webhook;
    }

    public async ValueTask<PostOutcome?> PingAsync(string id, CancellationToken cancellation = default)
    {
        if (_webhooks.Find(id) is not { } held)
            return null;
        var ping = Notification.Of(NotificationTypes.Ping, _time.GetUtcNow(), new { webhook = id });
        var delivery = "dlv_" + ping.Id[4..];
        return await _poster.PostAsync(held, delivery, 1, NotificationBatch.Write(delivery, [ping.Json]), cancellation).ConfigureAwait(false);
    }

    public IReadOnlyList<WebhookDelivery> Deliveries(string id, DeliveryState? state, int limit) => _outbox.Deliveries(id, state, limit);

    public async ValueTask<int?> RedeliverAsync(string id, CancellationToken cancellation = default) =>
        _webhooks.Find(id) is null ? null : await _outbox.RedeliverAsync(id, _time.GetUtcNow(), cancellation).ConfigureAwait(false);

    private void StartWorker(string id)
    {
        var worker = new WebhookWorker(id, _webhooks, _outbox, _poster, _time, _log);
        if (_workers.TryAdd(id, worker))
            worker.Start();
    }

    private void SignalAll()
    {
        foreach (var worker in _workers.Values)
            worker.Signal();
    }

    private async Task FollowLedgerAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in _ledger.WatchAsync(_stopping.Token).ConfigureAwait(false))
                {
                    while (_webhooks.Any && _outbox.ReadUntold(MostTold) is (var cursor, { Count: > 0 } decisions))
                        await _outbox.TellAsync(cursor, decisions, _stopping.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFault("the ledger", error.Message);
                await Task.Delay(LookEvery, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LookRegularlyAsync()
    {
        var sweptAt = _time.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _monitor.LookAsync(_stopping.Token).ConfigureAwait(false);
                if (_time.GetElapsedTime(sweptAt) >= SweepEvery)
                {
                    while (await _outbox.SweepAsync(_time.GetUtcNow(), _stopping.Token).ConfigureAwait(false))
                    {
                    }
                    sweptAt = _time.GetTimestamp();
                }
                _counts = _outbox.Count(_counts);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFault("the conditions", error.Message);
            }
            await Task.Delay(LookEvery, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhooks cannot follow {What}, it is tried again: {Reason}")]
    private partial void LogFault(string what, string reason);
}
