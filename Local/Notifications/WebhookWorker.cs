using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Delivers to one webhook, one post at a time: whatever its receiver does, no other waits for it.</summary>
internal sealed partial class WebhookWorker(string id, IWebhookStore webhooks, IOutbox outbox, IDeliveryLease lease, WebhookPoster poster, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1), WhileOthersDeliver = TimeSpan.FromSeconds(5);

    private readonly Wake _news = new(signalled: true);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Says that there may be something to do.</summary>
    public void Signal() => _news.Signal();

    /// <summary>Stops; a post under way is given up, and made again by the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var cancellation = _stopping.Token;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (webhooks.Held.Find(id) is not { } webhook)
                    return;
                var step = webhook.Webhook.Disabled is null ? await NextAsync(webhook.Webhook, cancellation).ConfigureAwait(false) : default;
                if (step.Due is { } due)
                    await DeliverAsync(webhook, due, cancellation).ConfigureAwait(false);
                else
                    await WaitAsync(step.WaitUntil, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFault(id, error.Message);
                await Task.Delay(AfterFault, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask<OutboxStep> NextAsync(Webhook webhook, CancellationToken cancellation) =>
        await lease.HoldAsync(cancellation).ConfigureAwait(false) is null
            ? new OutboxStep(null, time.GetUtcNow() + WhileOthersDeliver)
            : await outbox.NextAsync(webhook, time.GetUtcNow(), cancellation).ConfigureAwait(false);

    private async Task DeliverAsync(HeldWebhook webhook, OutboxDelivery due, CancellationToken cancellation)
    {
        var attempt = due.Attempts + 1;
        var outcome = await poster.PostAsync(webhook, due.Id, attempt, NotificationBatch.Write(due.Id, due.Events), cancellation).ConfigureAwait(false);
        var wait = outcome.IsDelivered || outcome.Status == PostOutcome.Gone ? null : RetrySchedule.WaitAfter(attempt, Random.Shared.NextDouble());
        await KeepAsync(() => outbox.RecordAsync(due, outcome, time.GetUtcNow(), wait, cancellation), cancellation).ConfigureAwait(false);
        if (outcome.Status == PostOutcome.Gone)
        {
            await KeepAsync(async () => await webhooks.DisableAsync(id, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            LogGone(id);
            outbox.Touch();
            outbox.Appended?.Invoke();
        }
        else if (!outcome.IsDelivered && wait is null)
        {
            LogDead(id, due.Id, due.Events.Count, attempt, outcome.Error!);
        }
    }

    /// <summary>Writes until it is kept: a receiver must not be posted to over and over because the store cannot be written.</summary>
    private async Task KeepAsync(Func<ValueTask> write, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException)
            {
                // It shows in the health of the service.
                await Task.Delay(AfterFault, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        var wait = until is { } at ? at - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (wait <= TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan)
            return;
        await _news.WaitAsync(wait, time, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhook {Id}: {Reason}; it is tried again")]
    private partial void LogFault(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id} answered 410 and is switched off")]
    private partial void LogGone(string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id}: delivery {Delivery} of {Events} notifications is given up after {Attempts} attempts: {Reason}")]
    private partial void LogDead(string id, string delivery, int events, int attempts, string reason);
}
