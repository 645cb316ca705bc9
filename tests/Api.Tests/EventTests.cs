using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

public sealed class EventTests
{
    [Fact]
    public async Task Events_WhileThingsHappen_TellThemAndEndWithTheService()
    {
        await using var service = await RunningService.StartAsync();
        var ticket = await service.MintAsync();
        using var response = await service.Operator.GetAsync("/v1/events", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await using var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        var status = await NextAsync(events, "status");
        var manual = await service.RevokeAsync(new { sid = "somebody", reason = "test" });
        var decision = await NextAsync(events, "decision");
        using (var first = new Player(ticket.PlaybackUrl, "198.51.100.10"))
        using (var second = new Player(ticket.PlaybackUrl, "203.0.113.47"))
        {
            await Eventually.TrueAsync(
                async () => (await first.PlayOnAsync(), await second.PlayOnAsync()) is (System.Net.HttpStatusCode.Forbidden, _) or (_, System.Net.HttpStatusCode.Forbidden),
                "the shared session is blocked");
        }
        var session = await NextAsync(events, "session");
        var stopping = Stopwatch.GetTimestamp();
        await service.DisposeAsync();
        while (await events.MoveNextAsync())
            ;

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("local", status.GetProperty("engine").GetString());
        Assert.Equal(manual.GetProperty("id").GetString(), decision.GetProperty("id").GetString());
        Assert.Equal(ticket.Sid, session.GetProperty("sid").GetString());
        Assert.InRange(Stopwatch.GetElapsedTime(stopping), TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    private static async Task<JsonElement> NextAsync(IAsyncEnumerator<SseItem<string>> events, string type)
    {
        while (true)
        {
            Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)), $"The events ended before one of type {type}");
            if (events.Current.EventType == type)
                return JsonElement.Parse(events.Current.Data);
        }
    }
}
