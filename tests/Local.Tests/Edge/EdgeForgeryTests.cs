using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Edge;

/// <summary>Forged tokens against the running edge, over the wire.</summary>
public sealed class EdgeForgeryTests
{
    private const string Media = "/vod/sample/master.m3u8";

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    private static readonly int Requests = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 30_000 : 3_000;

    private static readonly Viewer Bound = new() { Ip = "203.0.113.77", Country = "DE", Headers = new Dictionary<string, string> { ["user-agent"] = "BoundPlayer/7.0" } };

    [Fact]
    public async Task Get_ForgedTokens_AreRefusedAndNothingOfThemIsTold()
    {
        using var told = new ToldLog();
        await using var edge = await TestEdge.StartAsync(loggers: told);
        List<string> genuine =
        [
            edge.Mint(),
            edge.Mint(new TokenPolicy { Paths = ["/vod/sample"], Bind = new() { Ip = true, Country = GeoBinding.Required, Headers = ["user-agent"] } }, Bound),
            TokenMint.Mint(new TokenPolicy { Paths = ["/vod/sample"] }, Viewer.Unknown, "zyxwvutsrq_0123456789ab", edge.Key, edge.Now).Token!.Segment,
        ];
        var forger = new Forger(Seed, genuine, Media);
        var http = new RawHttp(edge.Edge.Url);
        var closed = 0;
        for (var i = 0; i < Requests; i++)
        {
            var (path, query) = forger.Draw();
            var target = query.Length == 0 ? path : $"{path}?{query}";

            var response = Send(http, target);

            // A line feed in the target makes the rest of it a version of HTTP that is none: 505.
            if (response is not { Status: not (400 or 505) })
            {
                // What is no HTTP ends the connection.
                closed++;
                http.Dispose();
                http = new RawHttp(edge.Edge.Url);
            }
            else if (response.Status is not (401 or 403))
            {
                Assert.True(response.Status is 200 or 404 && genuine.Any(target.Contains), $"seed {Seed}, request {i}: {target} was answered {response.Status}");
            }
            foreach (var secret in Secrets(edge.Key, genuine))
                Assert.True(response is null || !(response.Text + string.Concat(response.Headers.Values)).Contains(secret, StringComparison.Ordinal), $"seed {Seed}, request {i}: the answer repeats what it refuses");
        }
        http.Dispose();

        Assert.InRange(closed, 0, Requests / 2);
        await AssertLogDataAsync(edge);
        foreach (var secret in Secrets(edge.Key, genuine))
            Assert.DoesNotContain(secret, told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", told.Text, StringComparison.Ordinal);
    }

    /// <summary>The line names the request, as CloudFront's does; what the edge itself adds is a reason, or the session that it admitted.</summary>
    private static async Task AssertLogDataAsync(TestEdge edge)
    {
        edge.Http.Send("GET", "/last");
        string[] reasons = ["-", $"ok.{TestEdge.Sid}", "ok.zyxwvutsrq_0123456789ab", .. Enum.GetValues<TokenRejection>().Select(rejection => $"no.{rejection.LogReason()}")];
        string[] line;
        do
        {
            line = await edge.Log.NextAsync();
            Assert.Contains(line[23], reasons);
        }
        while (line[6] != "/last");
    }

    private static RawResponse? Send(RawHttp http, string target)
    {
        try
        {
            return http.Send("GET", target);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Secrets(SigningKey key, IEnumerable<string> genuine)
    {
        var (sign, bind) = key.ExportSecrets();
        return
        [
            Convert.ToBase64String(sign), Convert.ToBase64String(bind), Bound.Ip!, Bound.Header("user-agent")!, TestEdge.Sid, "zyxwvutsrq_0123456789ab",
            // Half of a payload or a signature still is the attacker's, or somebody's.
            .. genuine.SelectMany(token => token.Split('.')[2..]).SelectMany(part => new[] { part[..20], part[^20..] }),
        ];
    }

    /// <summary>Everything that is logged, at any level, exceptions in full.</summary>
    private sealed class ToldLog : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
