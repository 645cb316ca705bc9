using Portcullis.Aws.Notifications;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Local.Tests.Notifications;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Notifications;

/// <summary>The outbox by itself: more than a page, crashes between two writes, what is swept.</summary>
public sealed class DynamoOutboxTests(DynamoServer server) : IClassFixture<DynamoServer>, IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly DynamoWebhookInstallation _installation = new(server, null);
    private Receiver _receiver = null!;
    private Webhook _webhook = null!;

    private DeliveryTable Deliveries => new(_installation.Table);

    private IOutbox Outbox => _installation.Tables.Outbox;

    private DateTimeOffset Now => _installation.Time.GetUtcNow();

    public async Task InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        await _installation.StartAsync();
        (_webhook, _) = await _installation.AddAsync(_receiver);
        // Nothing happens by itself from here on.
        await _installation.StopAsync();
    }

    public async Task DisposeAsync()
    {
        await _installation.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private static Decision Decided(int sequence) => Decisions.Revoke($"d{sequence}", Subject.Session($"s{sequence}")) with { Sequence = sequence };

    private static PostOutcome Outcome(int status) => PostOutcome.Of(status, TimeSpan.Zero);

    private async Task TellAsync(params int[] sequences) =>
        await Outbox.TellAsync(await Outbox.ReadCursorAsync(default), [.. sequences.Select(Decided)], default);

    private async Task<WebhookCounts> CountAsync()
    {
        Outbox.Touch();
        return await Outbox.CountAsync(new WebhookCounts(0, 0, 0, 0), default);
    }

    [SkippableFact]
    public async Task Deliveries_MoreThanAPage_AreAllReadMovedAndDeleted()
    {
        const int Count = 3_000;
        await TellAsync([.. Enumerable.Range(1, 100)]);
        var error = new string('e', 300);
        foreach (var number in Enumerable.Range(1, Count))
            await Deliveries.OpenAsync(_webhook.Id, new StoredDelivery(number * 10, (number * 10) + 9, 10, Now, 7, Now, 500, error, Now + Minute), default);
        await Deliveries.SetPositionAsync(_webhook.Id, new LogPosition(100_000, 100), default);

        Assert.Equal(Count, (await Outbox.ListDeliveriesAsync(_webhook.Id, DeliveryState.Pending, 10_000, default)).Select(delivery => delivery.Id).Distinct().Count());
        Assert.Equal(10 * Count, (await CountAsync()).Pending);
        Assert.Equal(Count, (await Deliveries.ReadOpenAsync(_webhook.Id, default)).Open.Count);
        Assert.Equal(Count, await Deliveries.ShiftAsync(_webhook.Id, DeliveryState.Pending, DeliveryState.Dead, delivery => delivery with { NextAttempt = null }, default));
        Assert.Equal(10 * Count, (await CountAsync()).Dead);
        Assert.Equal(Count, await Outbox.RedeliverAsync(_webhook.Id, Now, default));
        Assert.Equal((10 * Count, 0), ((await CountAsync()).Pending, (await CountAsync()).Dead));
        Assert.True(await _installation.Tables.Webhooks.RemoveAsync(_webhook.Id, default));
        Assert.Equal(0, _installation.KeptDeliveries);
    }

    [SkippableFact]
    public async Task Next_SwitchedOffAndOnAgainAtOnce_GoesOnAtTheEndOfTheLog()
    {
        await TellAsync(1);
        var due = (await Outbox.NextAsync(_webhook, Now, default)).Due!;
        await Outbox.RecordAsync(due, Outcome(500), Now, Minute, default);
        await _installation.Tables.Webhooks.DisableAsync(_webhook.Id, default);
        await TellAsync(2);
        var enabled = (await _installation.Tables.Webhooks.EnableAsync(_webhook.Id, default))!.Webhook;

        var step = await Outbox.NextAsync(enabled, Now + (2 * Minute), default);

        Assert.Null(step.Due);
        Assert.Equal(DeliveryState.Dead, Assert.Single(await Outbox.ListDeliveriesAsync(_webhook.Id, null, 10, default)).State);
    }

    [SkippableFact]
    public async Task Tell_SameDecisionsTwice_AreInTheLogOnce()
    {
        var decisions = Enumerable.Range(1, 250).Select(Decided).ToList();
        await Outbox.TellAsync(0, decisions, default);
        await Outbox.TellAsync(0, decisions, default);
        var other = await _installation.OpenAsync();
        await other.Outbox.TellAsync(0, decisions, default);

        Assert.Equal((250, 250), (_installation.Newest.TotalOf(NotificationTypes.All), await other.Outbox.ReadCursorAsync(default)));
        Assert.Equal(250, (await CountAsync()).Pending);
    }

    [SkippableFact]
    public async Task Next_CrashBetweenOpeningAndMoving_CutsNothingTwice()
    {
        await TellAsync(1, 2, 3);
        var first = _installation.Newest.First;
        // As a process leaves it that is killed right after it opened the delivery; more is told before the next one looks.
        await Deliveries.OpenAsync(_webhook.Id, new StoredDelivery(first, first + 2, 3, Now, NextAttempt: Now), default);
        await TellAsync(4);

        Assert.Equal(4, (await CountAsync()).Pending);
        var step = await Outbox.NextAsync(_webhook, Now, default);
        Assert.Equal((first, 3), (step.Due!.Number, step.Due.Events.Count));
        await Outbox.RecordAsync(step.Due, Outcome(200), Now, null, default);
        step = await Outbox.NextAsync(_webhook, Now, default);
        Assert.Equal((first + 3, 1), (step.Due!.Number, step.Due.Events.Count));
        await Outbox.RecordAsync(step.Due, Outcome(200), Now, null, default);
        Assert.Null((await Outbox.NextAsync(_webhook, Now, default)).Due);
        Assert.Equal(0, (await CountAsync()).Pending);
    }

    [SkippableFact]
    public async Task Redeliver_CrashHalfway_IsShownOnceAndDeadNoMoreWhenItArrives()
    {
        await TellAsync(1);
        var due = (await Outbox.NextAsync(_webhook, Now, default)).Due!;
        await Outbox.RecordAsync(due, Outcome(500), Now, null, default);
        var dead = Assert.Single(await Deliveries.ListAsync(_webhook.Id, DeliveryState.Dead, default));
        await Deliveries.OpenAsync(_webhook.Id, dead with { Attempts = RetrySchedule.AttemptsInOrder, NextAttempt = Now }, default);
        Assert.Single(await Outbox.ListDeliveriesAsync(_webhook.Id, null, 10, default));

        var again = (await (await _installation.OpenAsync()).Outbox.NextAsync(_webhook, Now, default)).Due!;
        await Outbox.RecordAsync(again, Outcome(200), Now, null, default);

        Assert.Equal((due.Id, due.Events.Single()), (again.Id, again.Events.Single()));
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Outbox.ListDeliveriesAsync(_webhook.Id, null, 10, default)).State);
        Assert.Equal(new WebhookCounts(1, 0, 0, 0), await CountAsync());
    }

    [SkippableFact]
    public async Task Disable_CrashBeforeTheOthersAreTold_SweepTellsThem()
    {
        await TellAsync(1);
        await Outbox.NextAsync(_webhook, Now, default);
        var registrations = new RegistrationTable(_installation.Table);
        var untold = Notification.Of(NotificationTypes.WebhookDisabled, Now, new { webhook = _webhook.Id });
        await registrations.ChangeAsync(_webhook.Id, now => now with { Disabled = Now, Untold = untold }, default);
        await _installation.Tables.Webhooks.RefreshAsync(default);
        await Outbox.SweepAsync(Now, default);
        await Outbox.SweepAsync(Now, default);

        Assert.Equal(1, _installation.Newest.TotalOf([NotificationTypes.WebhookDisabled]));
        Assert.Equal(DeliveryState.Dead, Assert.Single(await Outbox.ListDeliveriesAsync(_webhook.Id, null, 10, default)).State);
    }

    [SkippableFact]
    public async Task Condition_CrashBeforeItIsTold_NextProcessTellsIt()
    {
        var notification = Notification.Of(NotificationTypes.TargetDown, Now, new { target = "waf" });
        var condition = new { isRaised = true, raisedAt = Now, untold = notification };
        await _installation.Table.PutAsync(WebhookItems.Item(WebhookItems.Conditions, "target:waf", condition), null, null, default);

        var known = await Outbox.ReadConditionsAsync(default);
        await Outbox.ReadConditionsAsync(default);

        Assert.Equal(new ConditionTrigger(true, Now), Assert.Single(known).Value);
        Assert.Equal(1, _installation.Newest.TotalOf([NotificationTypes.TargetDown]));
    }

    [SkippableFact]
    public async Task Sweep_KeepsWhatIsNeededAndDeadOnesForSevenDays()
    {
        foreach (var sequence in Enumerable.Range(1, 210))
        {
            await TellAsync(sequence);
            var step = await Outbox.NextAsync(_webhook, Now, default);
            await Outbox.RecordAsync(step.Due!, Outcome(sequence == 3 ? 500 : 200), Now, null, default);
        }
        _installation.Time.Advance(TimeSpan.FromHours(2));
        await Outbox.SweepAsync(Now, default);
        // The dead one's notification, and everything behind it.
        Assert.Equal(207, _installation.KeptNotifications);
        Assert.Equal((200, 1), (await CountOfAsync(DeliveryState.Delivered), await CountOfAsync(DeliveryState.Dead)));
        _installation.Time.Advance(TimeSpan.FromDays(6));
        await Outbox.SweepAsync(Now, default);
        Assert.Equal(1, await CountOfAsync(DeliveryState.Dead));
        _installation.Time.Advance(TimeSpan.FromDays(1));
        await Outbox.SweepAsync(Now, default);

        Assert.Equal((0, 0), (_installation.KeptNotifications, _installation.KeptDeliveries));
        Assert.Equal(210, await Outbox.ReadCursorAsync(default));
    }

    private async Task<int> CountOfAsync(DeliveryState state) => (await Outbox.ListDeliveriesAsync(_webhook.Id, state, 1_000, default)).Count;
}
