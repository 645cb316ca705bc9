using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Enforcement;
using Portcullis.Local.Edge;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeStartTests
{
    private static Task<LocalEdge> StartAsync(LocalEdgeOptions options) =>
        LocalEdge.StartAsync(options, new EdgeLog(), TimeProvider.System, NullLoggerFactory.Instance, default);

    [Fact]
    public async Task Start_AddressInUse_NamesTheSetting()
    {
        await using var first = await StartAsync(new() { Url = new Uri("http://127.0.0.1:0") });

        var exception = await Assert.ThrowsAsync<IOException>(() => StartAsync(new() { Url = first.Url }));

        Assert.Contains($"Edge:Url '{first.Url}': the address is in use", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1")]
    [InlineData("http://video.example:1")]
    [InlineData("http://127.0.0.1:1/x")]
    public async Task Start_UnusableUrl_NamesTheSetting(string url)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(new() { Url = new Uri(url) }));

        Assert.Contains("Edge:Url", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongSettings_NameThemselves()
    {
        var free = new LocalEdgeOptions { Url = new Uri("http://127.0.0.1:0") };

        Assert.Contains("Edge:MediaFolder", (await Assert.ThrowsAsync<DirectoryNotFoundException>(() => StartAsync(free with { MediaFolder = "/nowhere" }))).Message, StringComparison.Ordinal);
        Assert.Contains("Edge:Live:Segments", (await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(free with { Live = new() { Segments = 2 } }))).Message, StringComparison.Ordinal);
        Assert.Contains("Edge:Live:Past", (await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(free with { Live = new() { Past = 0 } }))).Message, StringComparison.Ordinal);
        Assert.Contains("Edge:MaxTokenLifetime", (await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(free with { MaxTokenLifetime = 0 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortZero_TellsThePortAndHoldsTheEmptyPlan()
    {
        await using var edge = await StartAsync(new() { Url = new Uri("http://localhost:0") });

        Assert.InRange(edge.Url.Port, 1, 65_535);
        Assert.Equal("local-edge", edge.Name);
        Assert.Same(LocalEdgePlan.Empty, await edge.ReadAsync(default));
    }

    [Fact]
    public async Task Dispose_IdleConnectionOpen_StopsFast()
    {
        var edge = await TestEdge.StartAsync();
        edge.Get("/vod/sample/master.m3u8");
        var started = Stopwatch.GetTimestamp();

        await edge.Edge.DisposeAsync();
        await edge.Edge.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1);
        edge.Http.Dispose();
    }

    [Fact]
    public async Task Get_AnyOutcome_WritesNothingToTheLogger()
    {
        using var loggers = new CountingLoggers();
        await using var edge = await TestEdge.StartAsync(loggers: loggers);

        edge.Get("/vod/sample/master.m3u8");
        edge.Get("/vod/other/master.m3u8");
        edge.Http.Send("GET", "/%zz\\\u0001".Replace("\u0001", "x", StringComparison.Ordinal));
        using (var broken = new RawHttp(edge.Edge.Url))
            Assert.Equal(400, broken.Send("GET", $"/{edge.Mint()}/vod%00").Status);

        Assert.Empty(loggers.Messages);
    }

    private sealed class CountingLoggers : ILoggerFactory, ILogger
    {
        public List<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Messages)
                Messages.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
