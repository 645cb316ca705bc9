using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Enforcement.Waf;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Notifications;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Logs;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>The product in one process on AWS: the embedded session engine, fed by Kinesis, with everything kept and enforced by AWS.</summary>
internal sealed class AwsInstallation : IInstallation
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    /// <summary>While two processes run, at a deployment, either may rotate or import keys.</summary>
    private static readonly TimeSpan FollowKeysEvery = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DataFolder _folder;
    private readonly AwsStores _stores;
    private readonly SessionKeeper _keeper;
    private readonly KinesisLogStream _stream;
    private readonly KeyValueStoreClient _keyValueClient;
    private readonly KeyValueStoreTarget _keyValueStore;
    private readonly WafRuleGroupTarget? _waf;
    private readonly Reconciliation _reconciliation;
    private readonly WebhookDispatch _webhooks;
    private Task _running = Task.CompletedTask;

    private AwsInstallation(DataFolder folder, AwsStores stores, AwsOptions options, SessionShards sessions, SessionKeeper keeper, MalformedLines malformed, TimeProvider time, ILoggerFactory loggers)
    {
        _folder = folder;
        _stores = stores;
        _keeper = keeper;
        Sessions = sessions;
        Malformed = malformed;
        EdgeUrl = options.EdgeUrl;
        Erasure = new AccountErasure(keeper.EraseAsync, stores.Accounts.EraseAsync, stores.Ledger);
        _stream = new KinesisLogStream(options.Connection, options.Stream, stores.Checkpoints, sessions, stores.Assets, keeper.Media, malformed, time, loggers);
        _keyValueClient = new KeyValueStoreClient(options.KeyValueStore, options.Connection, time);
        _keyValueStore = new KeyValueStoreTarget(_keyValueClient, time);
        _waf = options.Waf is { } waf ? new WafRuleGroupTarget(options.Connection, waf, time) : null;
        _reconciliation = new Reconciliation(stores.Ledger, stores.Keys, [.. Targets(options, time)], options.Rotation with { FollowEvery = FollowKeysEvery }, time);
        _reconciliation.Rotator.Moved = new KeyRingLog(loggers.CreateLogger<KeyRotator>()).Write;
        stores.Keys.Changed = _reconciliation.Signal;
        _webhooks = new WebhookDispatch(
            stores.WebhookTables.Webhooks, stores.WebhookTables.Outbox, stores.Ledger,
            options.Webhooks.ConditionsOf(this, _reconciliation.Rotator, time), options.Webhooks, time, loggers, stores.WebhookTables.Lease);
        _running = Task.WhenAll(_reconciliation.RunAsync(_stopping.Token), new LedgerUpkeep(stores.Ledger, options.EvidenceRetention, time).RunAsync(_stopping.Token));
        keeper.Start(new KinesisPositions(_stream));
        _stream.Start();
        _webhooks.Start();
    }

    /// <inheritdoc/>
    public string Engine => "aws";

    /// <inheritdoc/>
    public Uri EdgeUrl { get; }

    /// <inheritdoc/>
    public IRevocationLedger Ledger => _stores.Ledger;

    /// <inheritdoc/>
    public IAssetStore Assets => _stores.Assets;

    /// <inheritdoc/>
    public IKeyStore Keys => _stores.Keys;

    /// <inheritdoc/>
    public IKeyRotation Rotation => _reconciliation.Rotator;

    /// <inheritdoc/>
    public IApiKeyStore ApiKeys => _stores.ApiKeys;

    /// <inheritdoc/>
    public IWebhooks Webhooks => _webhooks;

    /// <inheritdoc/>
    public IAccountStore Accounts => _stores.Accounts;

    /// <inheritdoc/>
    public IAccountErasure Erasure { get; }

    /// <inheritdoc/>
    public ISessionEngine Sessions { get; }

    /// <inheritdoc/>
    public MalformedLines Malformed { get; }

    /// <inheritdoc/>
    public StreamStatus Stream => _stream.Status;

    /// <inheritdoc/>
    public IReadOnlyList<RefusedSource> RefusedSources => _stream.RefusedSources;

    IReadOnlyList<TargetStatus> IServiceStatus.Targets => _reconciliation.Targets;

    /// <inheritdoc/>
    public IReadOnlyList<StoreHealth> Health =>
        [.. _stores.Health, _keeper.Health, _stream.Health, _reconciliation.Rotator.Health, .. new IHealthReporting?[] { _keyValueStore, _waf }.OfType<IHealthReporting>().Select(target => target.Health)];

    /// <summary>Opens the stores, brings kept sessions back, and starts readers, enforcers and webhooks.</summary>
    /// <exception cref="InvalidOperationException">Something cannot be used; the message says what and why.</exception>
    public static async Task<AwsInstallation> StartAsync(DataFolder folder, AwsOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        AwsStores? stores = null;
        try
        {
            stores = await AwsStores.OpenAsync(options, time, cancellation).ConfigureAwait(false);
            var malformed = new MalformedLines();
            var assets = stores.Assets;
            var verdicts = new LedgerVerdicts(stores.Ledger, assets, stores.Keys, time);
            var sessions = new SessionShards(verdicts, () => assets.Current, options.Detection, time, stores.Accounts);
            verdicts.Audiences = new LiveAudiences(sessions, time).Of;
            var keeper = await SessionKeeper.OpenAsync(sessions, stores.SessionRecords, malformed, options.SnapshotEvery, time, loggers, cancellation).ConfigureAwait(false);
            return new AwsInstallation(folder, stores, options, sessions, keeper, malformed, time, loggers);
        }
        catch (Exception error)
        {
            if (stores is not null)
                await stores.DisposeAsync().ConfigureAwait(false);
            if (error is StoreUnavailableException)
                throw new InvalidOperationException(error.Message, error);
            throw;
        }
    }

    /// <summary>Ends the reading after the batch under way, keeps the sessions, then stops the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.StopAsync(StopPatience).ConfigureAwait(false);
        await _keeper.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _webhooks.DisposeAsync().ConfigureAwait(false);
        await _keyValueStore.DisposeAsync().ConfigureAwait(false);
        _keyValueClient.Dispose();
        _waf?.Dispose();
        await _stores.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _folder.Dispose();
    }

    private IEnumerable<EnforcedTarget> Targets(AwsOptions options, TimeProvider time)
    {
        yield return new EnforcedTarget(new Enforcer<KeyValueStorePlan>(_keyValueStore, DrawKeyValueStore, new KeyValueStorePlanMeasure(), time), options.KeySettle);
        if (_waf is { } waf)
            yield return new EnforcedTarget(new Enforcer<WafPlan>(waf, () => DrawWaf(waf), new WafPlanMeasure(), time), KeySettle: null);

        KeyValueStorePlan DrawKeyValueStore()
        {
            var (state, now) = (Ledger.Current, time.GetUtcNow().ToUnixTimeSeconds());
            return KeyValueStorePlan.Draw(Block.Standing(state, now), Keys.Current, now, options.Settings, state.Sequence);
        }

        WafPlan DrawWaf(WafRuleGroupTarget target)
        {
            var state = Ledger.Current;
            return WafPlan.Draw(Block.Standing(state, time.GetUtcNow().ToUnixTimeSeconds()), target.Capacity, state.Sequence);
        }
    }
}
