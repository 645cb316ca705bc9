using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>What happens, as it happens: server-sent events <c>session</c>, <c>decision</c> and, every second, <c>status</c>.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(1);

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", (EventFeed feed, HttpContext context) => TypedResults.ServerSentEvents(feed.ReadAsync(context.RequestAborted)))
            .WithName("Events").RequireAuthorization(RolePolicies.Operator);

    /// <summary>Joins what sessions, ledger and status have to say into one stream per listener.</summary>
    internal sealed class EventFeed(ISessionEngine sessions, IRevocationLedger ledger, StatusEndpoints.ServiceStatusReader status, TimeProvider time, IOptions<JsonOptions> json, IHostApplicationLifetime lifetime)
    {
        public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
            var events = Channel.CreateBounded<SseItem<string>>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
            var writing = Task.WhenAll(
                EndWithAsync(WriteSessionsAsync(events.Writer, ending.Token), events.Writer),
                EndWithAsync(WriteDecisionsAsync(events.Writer, ending.Token), events.Writer),
                EndWithAsync(WriteStatusAsync(events.Writer, ending.Token), events.Writer));
            try
            {
                while (await MoreAsync(events.Reader, ending.Token).ConfigureAwait(false))
                {
                    while (events.Reader.TryRead(out var item))
                        yield return item;
                }
            }
            finally
            {
                await ending.CancelAsync().ConfigureAwait(false);
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        /// <summary>A source that fails ends the whole stream: the listener comes back, instead of missing a kind of event without knowing.</summary>
        private static async Task EndWithAsync(Task source, ChannelWriter<SseItem<string>> events)
        {
            try
            {
                await source.ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                events.TryComplete(error);
            }
        }

        private static async ValueTask<bool> MoreAsync(ChannelReader<SseItem<string>> events, CancellationToken cancellation)
        {
            try
            {
                return await events.WaitToReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        private async Task WriteSessionsAsync(ChannelWriter<SseItem<string>> events, CancellationToken cancellation)
        {
            await foreach (var report in sessions.WatchAsync(cancellation).ConfigureAwait(false))
                events.TryWrite(Item("session", SessionResponse.Of(report, ledger.Current, time.GetUtcNow().ToUnixTimeSeconds())));
        }

        private async Task WriteDecisionsAsync(ChannelWriter<SseItem<string>> events, CancellationToken cancellation)
        {
            var told = ledger.Current.Sequence;
            await foreach (var state in ledger.WatchAsync(cancellation).ConfigureAwait(false))
            {
                if (state.Sequence <= told)
                    continue;
                var fresh = await ledger.HistoryAsync(null, null, (int)Math.Min(1000, state.Sequence - told), cancellation).ConfigureAwait(false);
                foreach (var decision in fresh.Where(decision => decision.Sequence > told).Reverse())
                    events.TryWrite(Item("decision", DecisionResponse.Of(decision)));
                told = Math.Max(told, fresh.Count > 0 ? fresh[0].Sequence : told);
            }
        }

        private async Task WriteStatusAsync(ChannelWriter<SseItem<string>> events, CancellationToken cancellation)
        {
            while (true)
            {
                events.TryWrite(Item("status", status.Read()));
                await Task.Delay(StatusEvery, time, cancellation).ConfigureAwait(false);
            }
        }

        private SseItem<string> Item<T>(string type, T value) => new(JsonSerializer.Serialize(value, json.Value.SerializerOptions), type);
    }
}
