using System.Collections.Concurrent;
using System.Diagnostics;
using Portcullis.Local.Tests.Notifications;

namespace Portcullis.Chaos;

/// <summary>kill -9 while decisions are made and told: the receiver hears of every one, under one id each.</summary>
public sealed class WebhookKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static int Kills => ChaosRun.IsLong ? 20 : 3;

    [Fact]
    public async Task Kill_WhileTelling_EveryDecisionIsToldAtLeastOnceUnderOneId()
    {
        using var service = new ServiceProcess();
        await using var receiver = await Receiver.StartAsync();
        var posts = 0;
        var fails = true;
        // One in four posts fails while there are kills, and the others take their time: a kill falls between commit, post, answer and record.
        receiver.Answer = async (_, context) =>
        {
            await Task.Delay(20);
            context.Response.StatusCode = Volatile.Read(ref fails) && Interlocked.Increment(ref posts) % 4 == 0 ? 500 : 204;
        };
        await service.StartAsync();
        await service.PostAsync("/v1/webhooks", new { url = receiver.Url.OriginalString, events = new[] { "revocation.*" } });
        var random = ChaosRun.Random();
        var acknowledged = new ConcurrentBag<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            var round = kill;
            await service.KillDuringAsync(random, cancellation => Enumerable.Range(0, 4).Select(worker => RevokeAsync(service, acknowledged, $"k{round}w{worker}", cancellation)));
        }
        // Deliveries keep their order, so that each failure holds up all that follow: what is left would take minutes.
        Volatile.Write(ref fails, false);
        var decided = await DecisionsAsync(service);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && decided.Except(Told(receiver).Select(told => told.Decision)).Any(); await Task.Delay(100))
        {
        }

        Assert.True(acknowledged.Count > 20 * Kills, $"only {acknowledged.Count} decisions");
        Assert.Empty(acknowledged.Except(decided));
        var untold = decided.Except(Told(receiver).Select(told => told.Decision)).Count();
        Assert.True(untold == 0, $"{untold} of {decided.Count} decisions were not told");
        Assert.All(Told(receiver).GroupBy(told => told.Decision), same => Assert.Single(same.Select(told => told.Event).Distinct()));
    }

    private static async Task RevokeAsync(ServiceProcess service, ConcurrentBag<string> acknowledged, string name, CancellationToken cancellation)
    {
        for (var i = 0; !cancellation.IsCancellationRequested; i++)
        {
            try
            {
                acknowledged.Add((await service.PostAsync("/v1/revocations", new { sid = $"{name}s{i}", reason = "chaos" })).GetProperty("id").GetString()!);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task<HashSet<string>> DecisionsAsync(ServiceProcess service)
    {
        var ids = new HashSet<string>();
        for (long? before = long.MaxValue; before is not null;)
        {
            var page = await service.GetAsync($"/v1/revocations?state=all&limit=1000&before={before}");
            ids.UnionWith(page.GetProperty("revocations").EnumerateArray().Select(decision => decision.GetProperty("id").GetString()!));
            before = page.GetProperty("before").ValueKind == System.Text.Json.JsonValueKind.Null ? null : page.GetProperty("before").GetInt64();
        }
        return ids;
    }

    /// <summary>What the receiver answered with 2xx.</summary>
    private static List<(string Decision, string Event)> Told(Receiver receiver) =>
    [
        .. receiver.Posts.Where(post => post.Answered == 204).SelectMany(post => post.Events)
            .Select(told => (told.GetProperty("data").GetProperty("decision").GetString()!, told.GetProperty("id").GetString()!)),
    ];
}
