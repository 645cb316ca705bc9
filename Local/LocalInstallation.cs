using Microsoft.Extensions.Logging;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Access;
using Portcullis.Local.Accounts;
using Portcullis.Local.Assets;
using Portcullis.Local.Edge;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Notifications;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Logs;
using Portcullis.Notifications;

namespace Portcullis.Local;

/// <summary>The whole product in one process: stores, log stream, session engine, enforcer and local edge.</summary>
public sealed class LocalInstallation : IServiceStatus, IAsyncDisposable
{
    private static readonly TimeSpan SigningWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DataFolder _folder;
    private readonly GroupCommitWriter _writer;
    private readonly SqliteAccountStore _accounts;
    private readonly LogIngestion _ingestion;
    private readonly LocalEdge _edge;
    private readonly Enforcer<LocalEdgePlan> _enforcer;
    private readonly KeyRotator _rotator;
    private readonly Task _enforcing;
    private readonly WebhookDispatch _webhooks;

    private LocalInstallation(
        DataFolder folder, LocalStores stores, LocalOptions options, SessionShards sessions, MalformedLines malformed, LogIngestion ingestion, LocalEdge edge, TimeProvider time, ILoggerFactory loggers)
    {
        _folder = folder;
        _writer = stores.Writer;
        _ingestion = ingestion;
        _edge = edge;
        Ledger = stores.Ledger;
        Assets = stores.Assets;
        Keys = stores.Keys;
        ApiKeys = stores.ApiKeys;
        _accounts = stores.Accounts;
        Erasure = new LocalAccountErasure(ingestion, stores.Ledger, stores.Accounts);
        Sessions = sessions;
        Malformed = malformed;
        _enforcer = new Enforcer<LocalEdgePlan>(edge, () => LocalEdgePlan.Draw(Ledger.Current, Keys.Current, time.GetUtcNow().ToUnixTimeSeconds(), Keys.SignatureKeys), new LocalEdgePlanMeasure(), time);
        stores.Keys.Changed = _enforcer.Signal;
        // The edge starts empty with this process, and has a plan everywhere as soon as it has it at all.
        var rotation = options.Rotation with { MaxTokenLifetime = Math.Max(options.Rotation.MaxTokenLifetime, options.Edge.MaxTokenLifetime) };
        _rotator = new KeyRotator(stores.Keys, [new KeyTarget(edge.Name, TimeSpan.Zero, () => _enforcer.HeldKeys ?? HeldKeys.None, _enforcer.Signal)], rotation, time)
        {
            Moved = new KeyRingLog(loggers.CreateLogger<KeyRotator>()).Write,
        };
        _enforcer.KeysChanged = _rotator.Signal;
        _enforcing = Task.WhenAll(_enforcer.RunAsync(_stopping.Token), _rotator.RunAsync(_stopping.Token), SignalChangesAsync(), new LedgerUpkeep(stores.Ledger, options.EvidenceRetention, time).RunAsync(_stopping.Token));
        ingestion.Start();
        _webhooks = new WebhookDispatch(
            stores.Webhooks, stores.Outbox, stores.Ledger, [new TargetCondition(() => Targets, options.Webhooks.TargetDownAfter), new StreamLagCondition(() => Stream, options.Webhooks.StreamLagLimit, time), new RotationCondition(() => _rotator.Status)],
            options.Webhooks, time, loggers);
        _webhooks.Start();
    }

    /// <summary>The ledger.</summary>
    public IRevocationLedger Ledger { get; }

    /// <summary>The assets.</summary>
    public IAssetStore Assets { get; }

    /// <summary>The keys behind the tokens.</summary>
    public IKeyStore Keys { get; }

    /// <summary>The rotation of the keys.</summary>
    public IKeyRotation Rotation => _rotator;

    /// <summary>The API keys.</summary>
    public IApiKeyStore ApiKeys { get; }

    /// <summary>The receivers of notifications.</summary>
    public IWebhooks Webhooks => _webhooks;

    /// <summary>The accounts.</summary>
    public IAccountStore Accounts => _accounts;

    /// <summary>Erases accounts.</summary>
    public IAccountErasure Erasure { get; }

    /// <summary>The session engine.</summary>
    public ISessionEngine Sessions { get; }

    /// <summary>Where refused requests come from, most first.</summary>
    public IReadOnlyList<RefusedSource> RefusedSources => _ingestion.RefusedSources;

    /// <summary>The malformed lines.</summary>
    public MalformedLines Malformed { get; }

    /// <summary>Where players reach the local edge.</summary>
    public Uri EdgeUrl => _edge.Url;

    /// <summary>How far each target is.</summary>
    public IReadOnlyList<TargetStatus> Targets => [_enforcer.Status];

    /// <summary>How the log stream is doing.</summary>
    public StreamStatus Stream => _ingestion.Status;

    /// <summary>The health of each part that can fail.</summary>
    public IReadOnlyList<StoreHealth> Health => [_writer.Health, _rotator.Health, .. _ingestion.Parts.Select(part => part.Health)];

    /// <summary>Opens the stores, starts edge, enforcer and readers. The folder belongs to the installation from then on.</summary>
    /// <exception cref="InvalidOperationException">A store or an address cannot be used; the message says which and why.</exception>
    public static async Task<LocalInstallation> StartAsync(DataFolder folder, LocalOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var stores = new LocalStores(folder, options.SigningPairKind, time, options.Breaker, options.Accounts);
        LogIngestion? ingestion = null;
        try
        {
            var malformed = new MalformedLines();
            var verdicts = new LedgerVerdicts(stores.Ledger, stores.Assets, stores.Keys, time);
            var sessions = new SessionShards(verdicts, () => stores.Assets.Current, options.Detection, time, stores.Accounts);
            verdicts.Audiences = new LiveAudiences(sessions, time);
            ingestion = new LogIngestion(options, folder, sessions, stores.Assets, malformed, time, loggers);
            if (stores.IsNew)
            {
                foreach (var asset in SampleAssets.All)
                    await stores.Assets.PutAsync(asset, cancellation).ConfigureAwait(false);
            }
            var edge = await LocalEdge.StartAsync(options.Edge, ingestion.Stream, time, loggers, cancellation).ConfigureAwait(false);
            var installation = new LocalInstallation(folder, stores, options, sessions, malformed, ingestion, edge, time, loggers);
            // A matter of milliseconds; where it takes longer, the status says why.
            await Task.WhenAny(installation._rotator.Signs, Task.Delay(SigningWait, time, cancellation)).ConfigureAwait(false);
            return installation;
        }
        catch
        {
            if (ingestion is not null)
                await ingestion.DisposeAsync().ConfigureAwait(false);
            await stores.Accounts.DisposeAsync().ConfigureAwait(false);
            await stores.Writer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the edge, observes and stores what it wrote, and closes the stores.</summary>
    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync().ConfigureAwait(false);
        await _ingestion.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _enforcing.ConfigureAwait(false);
        await _webhooks.DisposeAsync().ConfigureAwait(false);
        await _accounts.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _folder.Dispose();
    }

    private async Task SignalChangesAsync()
    {
        try
        {
            await foreach (var _ in Ledger.WatchAsync(_stopping.Token).ConfigureAwait(false))
                _enforcer.Signal();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
