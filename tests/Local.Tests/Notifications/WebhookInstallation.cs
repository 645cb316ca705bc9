using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Notifications;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>Ledger, outbox and webhooks over one database, on a manual clock; can be stopped and started again.</summary>
internal sealed class WebhookInstallation : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly TempFolder _folder = new();
    private readonly DataFolder _data;
    private readonly ILoggerFactory _loggers;
    private readonly WebhookOptions _options;
    private LocalWebhooks? _webhooks;

    public WebhookInstallation(WebhookOptions? options = null)
    {
        Database = new TestDatabase(Time);
        _data = DataFolder.Open(_folder.PathOf("data"));
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(this));
        _options = options ?? new WebhookOptions();
        Ledger = null!;
        Start();
    }

    public ManualTime Time { get; } = new();

    public TestDatabase Database { get; }

    public SqliteLedger Ledger { get; private set; }

    public IWebhooks Webhooks => _webhooks!;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What names resolve to.</summary>
    public Func<string, IPAddress[]> Resolve { get; set; } = Dns.GetHostAddresses;

    public TargetStatus Target { get; set; } = new("edge", 0, 0, 0, 0, 0, null, null);

    public StreamStatus Stream { get; set; } = new(0, 0, 0, 0, 0, 0, 0, 0, null);

    public async Task<(Webhook Webhook, string Secret)> AddAsync(Receiver receiver, params string[] filter) =>
        (await Webhooks.AddAsync(receiver.Url, new NotificationFilter(filter), "test"))!.Value;

    public async Task<Decision> RevokeAsync(string sid, DecisionSource source = DecisionSource.Manual) =>
        (await Ledger.AppendAsync(Decisions.Revoke($"dec-{sid}", Subject.Session(sid), source, evidenceUntil: 900))).Decision;

    public Task UntilAsync(Func<bool> condition, string what, double step = 0.5) => Poll.UntilAsync(Time, TimeSpan.FromSeconds(step), condition, what + "\n" + string.Join('\n', Log));

    /// <summary>Stops as a kill would: what was not written is lost, and posts under way are broken off.</summary>
    public async Task StopAsync()
    {
        if (_webhooks is not null)
            await _webhooks.DisposeAsync();
        _webhooks = null;
    }

    public async Task StartAgainAsync()
    {
        await StopAsync();
        await Database.ReopenAsync();
        Start();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Database.DisposeAsync();
        _loggers.Dispose();
        _data.Dispose();
        _folder.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    void IDisposable.Dispose()
    {
    }

    private void Start()
    {
        Ledger = new SqliteLedger(Database.Database, Database.Writer, Time);
        var store = new SqliteWebhookStore(Database.Database, Database.Writer, KeySeal.Open(_data, Database.Path, inUse: false), Time);
        _webhooks = new LocalWebhooks(
            store, new Outbox(Database.Database, Database.Writer, store), Ledger,
            [new TargetCondition(() => [Target], _options.TargetDownAfter), new StreamLagCondition(() => Stream, _options.StreamLagLimit, Time)], _options, Time, _loggers,
            (name, _) => Task.FromResult(Resolve(name)));
        _webhooks.Start();
    }
}
