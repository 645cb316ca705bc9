using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Notifications;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>A ledger, and webhooks over stores of some kind, on a manual clock; can be stopped and started again.</summary>
internal abstract class WebhookInstallation : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly ILoggerFactory _loggers;
    private readonly WebhookOptions _options;
    private WebhookDispatch? _webhooks;

    protected WebhookInstallation(WebhookOptions? options)
    {
        Database = new TestDatabase(Time);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(this));
        _options = options ?? new WebhookOptions();
        Ledger = null!;
    }

    public ManualTime Time { get; } = new();

    public TestDatabase Database { get; }

    public SqliteLedger Ledger { get; private set; }

    public IWebhooks Webhooks => _webhooks!;

    /// <summary>What is stored, as far as secrets could lie in it.</summary>
    public abstract byte[] AllBytes();

    /// <summary>How many notifications are stored that somebody might still need.</summary>
    public abstract int KeptNotifications { get; }

    /// <summary>How many deliveries are stored.</summary>
    public abstract int KeptDeliveries { get; }

    /// <summary>How many conditions have been told of.</summary>
    public abstract int ToldConditions { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What names resolve to.</summary>
    public Func<string, IPAddress[]> Resolve { get; set; } = Dns.GetHostAddresses;

    public TargetStatus Target { get; set; } = new("edge", 0, 0, 0, 0, 0, null, null);

    public StreamStatus Stream { get; set; } = new(0, 0, 0, 0, 0, 0, 0, 0, null);

    public async Task<(Webhook Webhook, string Secret)> AddAsync(Receiver receiver, params string[] filter) =>
        (await Webhooks.AddAsync(receiver.Url, new NotificationFilter(filter), "test"))!.Value;

    public async Task<Decision> RevokeAsync(string sid, DecisionSource source = DecisionSource.Manual) =>
        (await Ledger.AppendAsync(Decisions.Revoke($"dec-{sid}", Subject.Session(sid), source, evidenceUntil: 900))).Decision;

    public IReadOnlyList<WebhookDelivery> Deliveries(Webhook webhook, DeliveryState? state = null, int limit = 10) =>
        Webhooks.ListDeliveriesAsync(webhook.Id, state, limit).AsTask().GetAwaiter().GetResult();

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
        await StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Database.DisposeAsync();
        _loggers.Dispose();
        GC.SuppressFinalize(this);
    }

    public async Task StartAsync()
    {
        Ledger = new SqliteLedger(Database.Database, Database.Writer, Time);
        var (webhooks, outbox, lease) = await OpenStoresAsync();
        _webhooks = Dispatch(webhooks, outbox, lease);
        _webhooks.Start();
    }

    /// <summary>Opens the stores; once for each start.</summary>
    protected abstract Task<(IWebhookStore Webhooks, IOutbox Outbox, IDeliveryLease? Lease)> OpenStoresAsync();

    protected WebhookDispatch Dispatch(IWebhookStore webhooks, IOutbox outbox, IDeliveryLease? lease) => new(
        webhooks, outbox, Ledger, [new TargetCondition(() => [Target], _options.TargetDownAfter), new StreamLagCondition(() => Stream, _options.StreamLagLimit, Time)], _options, Time, _loggers,
        lease, (name, _) => Task.FromResult(Resolve(name)));

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    void IDisposable.Dispose()
    {
    }
}
