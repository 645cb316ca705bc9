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

namespace Portcullis.Local;

/// <summary>The whole product in one process: stores, log stream, session engine, enforcer and local edge.</summary>
public sealed class LocalInstallation : IInstallation
{
    private static readonly TimeSpan SigningWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DataFolder _folder;
    private readonly GroupCommitWriter _writer;
    private readonly SqliteAccountStore _accounts;
    private readonly LogIngestion _ingestion;
    private readonly LocalEdge _edge;
    private readonly Reconciliation _reconciliation;
    private readonly Task _running;
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
        Erasure = new AccountErasure(ingestion.EraseAsync, stores.Accounts.EraseAsync, stores.Ledger);
        Sessions = sessions;
        Malformed = malformed;
        var enforcer = new Enforcer<LocalEdgePlan>(edge, () => LocalEdgePlan.Draw(Ledger.Current, Keys.Current, time.GetUtcNow().ToUnixTimeSeconds(), Keys.SignatureKeys), new LocalEdgePlanMeasure(), time);
        // The edge starts empty with this process, and has a plan everywhere as soon as it has it at all.
        var rotation = options.Rotation with { MaxTokenLifetime = Math.Max(options.Rotation.MaxTokenLifetime, options.Edge.MaxTokenLifetime) };
        _reconciliation = new Reconciliation(Ledger, stores.Keys, [new EnforcedTarget(enforcer, TimeSpan.Zero)], rotation, time);
        _reconciliation.Rotator.Moved = new KeyRingLog(loggers.CreateLogger<KeyRotator>()).Write;
        stores.Keys.Changed = _reconciliation.Signal;
        _running = Task.WhenAll(_reconciliation.RunAsync(_stopping.Token), new LedgerUpkeep(stores.Ledger, options.EvidenceRetention, time).RunAsync(_stopping.Token));
        ingestion.Start();
        _webhooks = new WebhookDispatch(
            stores.Webhooks, stores.Outbox, stores.Ledger, options.Webhooks.ConditionsOf(this, _reconciliation.Rotator, time), options.Webhooks, time, loggers);
        _webhooks.Start();
    }

    /// <inheritdoc/>
    public string Engine => "local";

    /// <inheritdoc/>
    public IRevocationLedger Ledger { get; }

    /// <inheritdoc/>
    public IAssetStore Assets { get; }

    /// <inheritdoc/>
    public IKeyStore Keys { get; }

    /// <inheritdoc/>
    public IKeyRotation Rotation => _reconciliation.Rotator;

    /// <inheritdoc/>
    public IApiKeyStore ApiKeys { get; }

    /// <inheritdoc/>
    public IWebhooks Webhooks => _webhooks;

    /// <inheritdoc/>
    public IAccountStore Accounts => _accounts;

    /// <inheritdoc/>
    public IAccountErasure Erasure { get; }

    /// <inheritdoc/>
    public ISessionEngine Sessions { get; }

    /// <inheritdoc/>
    public IReadOnlyList<RefusedSource> RefusedSources => _ingestion.RefusedSources;

    /// <inheritdoc/>
    public MalformedLines Malformed { get; }

    /// <inheritdoc/>
    public Uri EdgeUrl => _edge.Url;

    /// <inheritdoc/>
    public IReadOnlyList<TargetStatus> Targets => _reconciliation.Targets;

    /// <inheritdoc/>
    public StreamStatus Stream => _ingestion.Status;

    /// <inheritdoc/>
    public IReadOnlyList<StoreHealth> Health => [_writer.Health, _reconciliation.Rotator.Health, .. _ingestion.Parts.Select(part => part.Health)];

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
            verdicts.Audiences = new LiveAudiences(sessions, time).Of;
            ingestion = new LogIngestion(options, folder, sessions, stores.Assets, malformed, time, loggers);
            if (stores.IsNew)
            {
                foreach (var asset in SampleAssets.All)
                    await stores.Assets.PutAsync(asset, cancellation).ConfigureAwait(false);
            }
            var edge = await LocalEdge.StartAsync(options.Edge, ingestion.Stream, time, loggers, cancellation).ConfigureAwait(false);
            var installation = new LocalInstallation(folder, stores, options, sessions, malformed, ingestion, edge, time, loggers);
            // A matter of milliseconds; where it takes longer, the status says why.
            await Task.WhenAny(installation._reconciliation.Rotator.Signs, Task.Delay(SigningWait, time, cancellation)).ConfigureAwait(false);
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
        await _running.ConfigureAwait(false);
        await _webhooks.DisposeAsync().ConfigureAwait(false);
        await _accounts.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _folder.Dispose();
    }
}
