using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portcullis.Local.Notifications;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>From the ledger to a real receiver, with everything that goes wrong on the way; over stores of any kind.</summary>
public abstract class WebhookDispatchTests : IAsyncLifetime
{
    private WebhookInstallation _installation = null!;
    private Receiver _receiver = null!;

    /// <summary>The installation under test, not started yet.</summary>
    private protected abstract WebhookInstallation Create(WebhookOptions options);

    private protected WebhookInstallation Installation => _installation;

    private protected Receiver Receiver => _receiver;

    public async Task InitializeAsync()
    {
        _installation = Create(new WebhookOptions { AnswerWithin = TimeSpan.FromMilliseconds(500) });
        _receiver = await Receiver.StartAsync();
        await _installation.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _installation.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private protected WebhookDelivery OnlyDelivery(Webhook webhook) => Assert.Single(_installation.Deliveries(webhook));

    [SkippableFact]
    public async Task Revoke_Session_ReceiverIsToldSignedAndWithoutWhatPeopleWrote()
    {
        var (webhook, secret) = await _installation.AddAsync(_receiver);
        await _installation.RevokeAsync("0123456789_abcdefghijklmnop");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1 && OnlyDelivery(webhook).State == DeliveryState.Delivered, "the post is taken");

        var post = Assert.Single(_receiver.Posts);
        var told = Assert.Single(post.Events);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{post.SignedAt.ToUnixTimeSeconds()}."), .. post.Body];
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        Assert.Equal($"t={post.SignedAt.ToUnixTimeSeconds()},v1={mac}", post.Signature);
        Assert.Equal(("/hooks?key=receivers-own-secret", 1, "application/json; charset=utf-8"), (post.Path, post.Attempt, post.ContentType));
        Assert.Equal((1, post.Delivery), (post.Json.GetProperty("version").GetInt32(), post.Json.GetProperty("delivery").GetString()));
        Assert.Equal(
            """{"decision":"dec-0123456789_abcdefghijklmnop","sequence":1,"kind":"revoke","subject":{"kind":"session","value":"0123456789_abcdefghijklmnop"},"reference":"ijklmnop","accountTag":"0123456789","source":"manual","detectors":[],"until":"1970-01-01T00:33:20+00:00"}""",
            told.GetProperty("data").GetRawText());
        Assert.Equal("revocation.blocked", told.GetProperty("type").GetString());
    }

    [SkippableFact]
    public async Task Revoke_TenThousand_ComeInOrderInHundredsAndAreSwept()
    {
        var (webhook, _) = await _installation.AddAsync(_receiver);
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => _installation.Ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))).AsTask()));
        await _installation.UntilAsync(() => _receiver.Ids.Count == 10_000 && _installation.Webhooks.Counts.Pending == 0, "all arrive");

        Assert.Equal(Enumerable.Range(1, 10_000), _receiver.Posts.SelectMany(post => post.Events).Select(told => told.GetProperty("data").GetProperty("sequence").GetInt32()));
        Assert.All(_receiver.Posts, post => Assert.True(post.Events.Count() <= NotificationBatch.MostEvents));
        Assert.InRange(_receiver.Posts.Count, 100, 1_000);
        await _installation.UntilAsync(() => _installation.KeptNotifications == 0, "nobody needs them any more", step: 60);
        Assert.InRange(_installation.Deliveries(webhook, null, 1_000).Count, 100, 201);
    }

    [SkippableFact]
    public async Task Post_FailsTwice_IsRepeatedUnchangedBeforeAnythingLater()
    {
        var (webhook, _) = await _installation.AddAsync(_receiver);
        _receiver.Answer = (post, context) => Receiver.Status(post.Attempt < 3 ? 500 : 200)(post, context);
        await _installation.RevokeAsync("first");
        await _installation.UntilAsync(() => _receiver.Posts.Count == 1, "the first attempt");
        await _installation.RevokeAsync("second");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 2, "both arrive");

        var posts = _receiver.Posts.ToList();
        var first = posts.TakeWhile(post => post.Delivery == posts[0].Delivery).ToList();
        Assert.Equal([1, 2, 3], first.Select(post => post.Attempt));
        Assert.All(first, post => Assert.Equal(posts[0].Body, post.Body));
        Assert.True(first[1].SignedAt - first[0].SignedAt >= TimeSpan.FromSeconds(4), "it waits 5 s, to the second");
        Assert.True(first[2].SignedAt - first[1].SignedAt >= TimeSpan.FromSeconds(9), "it waits 10 s, to the second");
        Assert.Equal(["first", "second"], posts.Where(post => post.Answered == 200).SelectMany(post => post.Events).Select(told => told.GetProperty("data").GetProperty("subject").GetProperty("value").GetString()));
        await _installation.UntilAsync(() => _installation.Deliveries(webhook, DeliveryState.Delivered) is [_, { Attempts: 3, Status: 200, Error: null, NextAttempt: null }], "the record says so");
    }

    [SkippableFact]
    public async Task Post_FailsOnOne_StepsAsideAfterSixAttempts()
    {
        await _installation.AddAsync(_receiver);
        _receiver.Answer = (post, context) => Receiver.Status(Encoding.ASCII.GetString(post.Body).Contains("poison", StringComparison.Ordinal) ? 500 : 200)(post, context);
        await _installation.RevokeAsync("poison");
        await _installation.UntilAsync(() => _receiver.Posts.Count == 1, "the first attempt");
        await _installation.RevokeAsync("later");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1, "the later one arrives");

        Assert.Equal(RetrySchedule.AttemptsInOrder, _receiver.Posts.TakeWhile(post => post.Answered != 200).Count());
        var waited = _receiver.Posts.Last(post => post.Answered == 200).SignedAt - _receiver.Posts.First().SignedAt;
        Assert.InRange(waited, TimeSpan.FromSeconds(154), TimeSpan.FromSeconds(240));
    }

    [SkippableFact]
    public async Task Post_AlwaysFails_IsDeadAfterADayAndArrivesWhenAskedForAgain()
    {
        var (webhook, _) = await _installation.AddAsync(_receiver);
        _receiver.Answer = Receiver.Status(503);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _installation.Webhooks.Counts is { Dead: 1, Pending: 0 } && !_installation.Log.IsEmpty, "it is dead", step: 50);
        var dead = OnlyDelivery(webhook);

        Assert.Equal((DeliveryState.Dead, RetrySchedule.MostAttempts, 503, null), (dead.State, dead.Attempts, dead.Status, dead.NextAttempt));
        Assert.Equal(Enumerable.Range(1, RetrySchedule.MostAttempts), _receiver.Posts.Select(post => post.Attempt));
        Assert.InRange(_receiver.Posts.Last().SignedAt - _receiver.Posts.First().SignedAt, TimeSpan.FromHours(26), TimeSpan.FromHours(36));
        Assert.Contains(_installation.Log, line => line.Contains($"Webhook {webhook.Id}: delivery {dead.Id} of 1 notifications is given up after 36 attempts: answered 503", StringComparison.Ordinal));

        _receiver.Answer = Receiver.Status(200);
        Assert.Equal(1, await _installation.Webhooks.RedeliverAsync(webhook.Id));
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1 && _installation.Webhooks.Counts.Dead == 0, "it arrives at last");
        Assert.Single(_receiver.Posts.Select(post => post.Events.Single().GetProperty("id").GetString()).Distinct());
    }

    [SkippableFact]
    public async Task Post_ReceiverHangs_IsGivenUpAndNobodyElseWaits()
    {
        await using var hanging = await Receiver.StartAsync();
        hanging.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var (webhook, _) = await _installation.AddAsync(hanging);
        await _installation.AddAsync(_receiver);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => hanging.Posts.Count == 1, "the hanging one is asked");
        for (var i = 0; i < 20; i++)
            await _installation.RevokeAsync($"s{i}");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 21, "the other one is told all");
        await _installation.UntilAsync(() => OnlyDelivery(webhook).Error is not null, "the attempt ends");

        Assert.Equal("gave no answer within 0.5 s", OnlyDelivery(webhook).Error);
        Assert.Equal(DeliveryState.Pending, OnlyDelivery(webhook).State);
    }

    [SkippableTheory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Post_Redirected_IsNotFollowed(int status)
    {
        await using var elsewhere = await Receiver.StartAsync();
        _receiver.Answer = (post, context) =>
        {
            context.Response.Headers.Location = elsewhere.Url.ToString();
            return Receiver.Status(status)(post, context);
        };
        var (webhook, _) = await _installation.AddAsync(_receiver);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _receiver.Posts.Count >= 2, "it is tried again");

        Assert.Empty(elsewhere.Posts);
        Assert.Equal((status, $"answered {status}: redirects are not followed"), (OnlyDelivery(webhook).Status, OnlyDelivery(webhook).Error));
    }

    [SkippableFact]
    public async Task Post_Gone_SwitchesOffTellsOthersAndCanBeUsedAgain()
    {
        await using var gone = await Receiver.StartAsync();
        gone.Answer = Receiver.Status(410);
        await _installation.AddAsync(_receiver, "webhook.*");
        var (webhook, _) = await _installation.AddAsync(gone);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1, "the other one is told");
        await _installation.RevokeAsync("unseen");
        await _installation.UntilAsync(() => _installation.Webhooks.Counts is { Disabled: 1, Pending: 0, Dead: 1 }, "the counts say so");

        Assert.Single(gone.Posts);
        Assert.Equal(webhook.Id, _receiver.Posts.Single().Events.Single().GetProperty("data").GetProperty("webhook").GetString());
        Assert.Contains(_installation.Log, line => line.Contains($"Webhook {webhook.Id} answered 410", StringComparison.Ordinal));
        await _installation.StartAgainAsync();
        Assert.NotNull(_installation.Webhooks.List().Single(other => other.Id == webhook.Id).Disabled);

        gone.Answer = Receiver.Status(200);
        Assert.Null((await _installation.Webhooks.EnableAsync(webhook.Id))!.Disabled);
        await _installation.RevokeAsync("seen");
        await _installation.UntilAsync(() => gone.Ids.Count == 1, "it is told again");
        Assert.Equal("seen", gone.Posts.Last().Events.Single().GetProperty("data").GetProperty("subject").GetProperty("value").GetString());
        await _installation.Webhooks.RedeliverAsync(webhook.Id);
        await _installation.UntilAsync(() => gone.Ids.Count == 2, "the dead one arrives");
    }

    [SkippableFact]
    public async Task Receiver_DownForAWhile_GetsEverythingWhenItIsBack()
    {
        var (webhook, _) = await _installation.AddAsync(_receiver);
        var port = _receiver.Port;
        await _receiver.DisposeAsync();
        for (var i = 0; i < 250; i++)
            await _installation.RevokeAsync($"s{i}");
        await _installation.UntilAsync(() => _installation.Deliveries(webhook).Any(delivery => delivery.Attempts >= 4), "it fails some times");
        var error = _installation.Deliveries(webhook).First(delivery => delivery.Error is not null).Error;
        _receiver = await Receiver.StartAsync(port);
        await _installation.UntilAsync(() => _receiver.Ids.Count == 250, "all arrive");

        Assert.Equal("it cannot be connected to", error);
        Assert.Equal(Enumerable.Range(1, 250), _receiver.Posts.SelectMany(post => post.Events).Select(told => told.GetProperty("data").GetProperty("sequence").GetInt32()));
    }

    [SkippableFact]
    public async Task Kill_BetweenCommitAndPost_EventArrivesAfterTheRestart()
    {
        await _installation.AddAsync(_receiver);
        await _installation.StopAsync();
        await _installation.RevokeAsync("pirate");
        await _installation.Ledger.AppendAsync(Decisions.Lift("lift", Subject.Session("pirate")));
        Assert.Empty(_receiver.Posts);
        await _installation.StartAgainAsync();
        await _installation.UntilAsync(() => _receiver.Ids.Count == 2, "both arrive");

        Assert.Equal(["revocation.blocked", "revocation.lifted"], _receiver.Types);
        Assert.Equal(DecisionNotification.Of((await _installation.Ledger.FindAsync("lift"))!).Id, _receiver.Ids[1]);
    }

    [SkippableFact]
    public async Task Kill_BetweenPostAndRecord_EventArrivesAgainWithTheSameIds()
    {
        await _installation.AddAsync(_receiver);
        _receiver.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _receiver.Posts.Count == 1, "it is posted");
        await _installation.StartAgainAsync();
        _receiver.Answer = Receiver.Status(204);
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1, "it is posted again");

        var posts = _receiver.Posts.ToList();
        Assert.Equal((posts[0].Delivery, Convert.ToHexString(posts[0].Body)), (posts[^1].Delivery, Convert.ToHexString(posts[^1].Body)));
    }

    [SkippableFact]
    public async Task Kill_AtAnyMoment_EveryDecisionIsToldAtLeastOnceUnderOneId()
    {
        await _installation.AddAsync(_receiver);
        var random = new Random(5);
        _receiver.Answer = (post, context) => Receiver.Status(post.Body[^20] % 5 == 0 && post.Attempt < 3 ? 500 : 204)(post, context);
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 40; i++)
                await _installation.RevokeAsync($"s{(round * 40) + i}");
            await _installation.UntilAsync(() => random.Next(10) == 0, "some time passes");
            await _installation.StartAgainAsync();
        }
        await _installation.UntilAsync(() => _receiver.Ids.Distinct().Count() == 320, "all arrive");

        var told = _receiver.Posts.SelectMany(post => post.Events).GroupBy(one => one.GetProperty("data").GetProperty("sequence").GetInt32(), one => one.GetRawText()).ToList();
        Assert.Equal(Enumerable.Range(1, 320), told.Select(same => same.Key).Order());
        Assert.All(told, same => Assert.Single(same.Distinct()));
    }

    [SkippableFact]
    public async Task Filter_Names_OnlyTheseAreTold()
    {
        await _installation.AddAsync(_receiver, "revocation.lifted");
        await _installation.RevokeAsync("pirate");
        await _installation.Ledger.AppendAsync(Decisions.Lift("lift", Subject.Session("pirate")));
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1, "the lift arrives");

        Assert.Equal(["revocation.lifted"], _receiver.Types);
        await _installation.UntilAsync(() => _installation.Webhooks.Counts.Pending == 0, "nothing is left");
    }

    [SkippableFact]
    public async Task Add_AfterDecisions_IsToldOnlyOfLaterOnes()
    {
        await _installation.RevokeAsync("before");
        await _installation.AddAsync(_receiver);
        await _installation.RevokeAsync("after");
        await _installation.UntilAsync(() => _receiver.Ids.Count == 1, "the later one arrives");

        Assert.Equal(2, _receiver.Posts.Single().Events.Single().GetProperty("data").GetProperty("sequence").GetInt32());
    }

    [SkippableFact]
    public async Task Remove_Webhook_NothingIsSentOrKept()
    {
        _receiver.Answer = Receiver.Status(500);
        var (webhook, _) = await _installation.AddAsync(_receiver);
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _receiver.Posts.Count == 1, "it is tried");
        Assert.True(await _installation.Webhooks.RemoveAsync(webhook.Id));
        Assert.False(await _installation.Webhooks.RemoveAsync(webhook.Id));
        var posts = _receiver.Posts.Count;
        await _installation.RevokeAsync("other");
        await _installation.UntilAsync(() => _installation.KeptNotifications == 0 && _installation.Webhooks.Counts.Pending == 0, "nothing is kept", step: 60);

        Assert.Equal((posts, 0, 0L), (_receiver.Posts.Count, _installation.KeptDeliveries, _installation.Webhooks.Counts.Pending));
    }

    [SkippableFact]
    public async Task Rotate_Secret_BothSignUntilTheOverlapEnds()
    {
        var (webhook, old) = await _installation.AddAsync(_receiver);
        var rotated = (await _installation.Webhooks.RotateSecretAsync(webhook.Id, TimeSpan.FromHours(1)))!.Value;
        await _installation.Webhooks.PingAsync(webhook.Id);
        await _installation.StartAgainAsync();
        await _installation.Webhooks.PingAsync(webhook.Id);
        _installation.Time.Advance(TimeSpan.FromHours(2));
        await _installation.Webhooks.PingAsync(webhook.Id);

        Assert.NotEqual(old, rotated.Secret);
        Assert.Equal([(2, "ping"), (2, "ping"), (1, "ping")], _receiver.Posts.Zip(_receiver.Types, (post, type) => (post.Signature.Split(",v1=").Length - 1, type)));
        foreach (var (post, secrets) in _receiver.Posts.Zip((string[][])[[rotated.Secret, old], [rotated.Secret, old], [rotated.Secret]]))
            Assert.Equal(WebhookSignature.Sign(secrets, post.SignedAt, post.Body), post.Signature);
    }

    [SkippableFact]
    public async Task Ping_EveryOutcome_IsSaidAtOnce()
    {
        var (webhook, _) = await _installation.AddAsync(_receiver);
        _receiver.Answer = Receiver.Status(418);
        var refused = await _installation.Webhooks.PingAsync(webhook.Id);
        _receiver.Answer = async (_, context) =>
        {
            await context.Response.WriteAsync(new string('x', 1_000_000), context.RequestAborted);
        };
        var talkative = await _installation.Webhooks.PingAsync(webhook.Id);

        Assert.Equal((418, "answered 418", false), (refused!.Status, refused.Error, refused.IsDelivered));
        Assert.Equal((200, null, true), (talkative!.Status, talkative.Error, talkative.IsDelivered));
        Assert.Null(await _installation.Webhooks.PingAsync("wh_nobody"));
        Assert.Empty(_installation.Deliveries(webhook));
    }

    [SkippableTheory]
    [InlineData("169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("0.0.0.0")]
    public async Task Name_LeadsToRefusedAddress_IsNotConnectedTo(string address)
    {
        _installation.Resolve = _ => [IPAddress.Parse(address)];
        var (webhook, _) = (await _installation.Webhooks.AddAsync(new Uri("https://hooks.example.com/x"), NotificationFilter.Everything, ""))!.Value;

        Assert.Equal("its name leads to a link-local, metadata, multicast or unspecified address, which is refused", (await _installation.Webhooks.PingAsync(webhook.Id))!.Error);
    }

    [SkippableFact]
    public async Task Name_Localhost_MustLeadToLoopback()
    {
        _installation.Resolve = _ => [IPAddress.Parse("203.0.113.5")];
        var (webhook, _) = (await _installation.Webhooks.AddAsync(new Uri($"http://localhost:{_receiver.Port}/"), NotificationFilter.Everything, ""))!.Value;
        var elsewhere = await _installation.Webhooks.PingAsync(webhook.Id);
        _installation.Resolve = _ => [IPAddress.Loopback];

        Assert.Contains("is refused", elsewhere!.Error, StringComparison.Ordinal);
        Assert.True((await _installation.Webhooks.PingAsync(webhook.Id))!.IsDelivered);
    }

    [SkippableFact]
    public async Task Post_NoTls_SaysSo()
    {
        _installation.Resolve = _ => [IPAddress.Loopback];
        var (webhook, _) = (await _installation.Webhooks.AddAsync(new Uri($"https://hooks.example.com:{_receiver.Port}/"), NotificationFilter.Everything, ""))!.Value;

        Assert.StartsWith("TLS failed", (await _installation.Webhooks.PingAsync(webhook.Id))!.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Store_AndLog_HoldNoSecret()
    {
        _receiver.Answer = Receiver.Status(500);
        var (webhook, secret) = await _installation.AddAsync(_receiver);
        var rotated = (await _installation.Webhooks.RotateSecretAsync(webhook.Id, TimeSpan.FromHours(1)))!.Value.Secret;
        await _installation.RevokeAsync("pirate");
        await _installation.UntilAsync(() => _installation.Webhooks.Counts.Dead == 1 && !_installation.Log.IsEmpty, "it is dead", step: 200);

        var shown = string.Join('\n', _installation.Log) + string.Join('\n', _installation.Deliveries(webhook));
        foreach (var hidden in (string[])[secret, rotated, "receivers-own-secret"])
        {
            Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal);
            Assert.True(_installation.AllBytes().AsSpan().IndexOf(Encoding.ASCII.GetBytes(hidden)) < 0, "a secret lies open in the store");
        }
    }

    [SkippableFact]
    public async Task Add_MoreThanThereMayBe_IsRefused()
    {
        for (var i = 0; i < new WebhookOptions().MostWebhooks; i++)
            await _installation.AddAsync(_receiver);

        Assert.Null(await _installation.Webhooks.AddAsync(_receiver.Url, NotificationFilter.Everything, ""));
        await Assert.ThrowsAsync<ArgumentException>(() => _installation.Webhooks.AddAsync(new Uri("http://203.0.113.1/"), NotificationFilter.Everything, "").AsTask());
    }
}
