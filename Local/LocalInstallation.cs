using Microsoft.Extensions.Logging;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Local.Access;
using Portcullis.Local.Assets;
using Portcullis.Local.Edge;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Logs;

namespace Portcullis.Local;

/// <summary>The whole product in one process: stores, log stream, session engine, enforcer and local edge.</summary>
public sealed class LocalInstallation : IServiceStatus, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly DataFolder _folder;
    private readonly GroupCommitWriter _writer;
    private readonly LogIngestion _ingestion;
    private readonly LocalEdge _edge;
    private readonly Enforcer<LocalEdgePlan> _enforcer;
    private readonly Task _enforcing;

    private LocalInstallation(DataFolder folder, LocalStores stores, SessionShards sessions, MalformedLines malformed, LogIngestion ingestion, LocalEdge edge, TimeProvider time)
    {
        _folder = folder;
        _writer = stores.Writer;
        _ingestion = ingestion;
        _edge = edge;
        Ledger = stores.Ledger;
        Assets = stores.Assets;
        Keys = stores.Keys;
        ApiKeys = stores.ApiKeys;
        Sessions = sessions;
        Malformed = malformed;
        _enforcer = new Enforcer<LocalEdgePlan>(edge, () => LocalEdgePlan.Draw(Ledger.Current, Keys.Current, time.GetUtcNow().ToUnixTimeSeconds(), Keys.SignatureKeys), new LocalEdgePlanMeasure(), time);
        stores.Keys.Changed = _enforcer.Signal;
        _enforcing = Task.WhenAll(_enforcer.RunAsync(_stopping.Token), SignalChangesAsync(), new LedgerUpkeep(stores.Ledger, time).RunAsync(_stopping.Token));
        ingestion.Start();
    }

    /// <summary>The ledger.</summary>
    public IRevocationLedger Ledger { get; }

    /// <summary>The assets.</summary>
    public IAssetStore Assets { get; }

    /// <summary>The keys behind the tokens.</summary>
    public IKeyStore Keys { get; }

    /// <summary>The API keys.</summary>
    public IApiKeyStore ApiKeys { get; }

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
    public IReadOnlyList<StoreHealth> Health => [_writer.Health, .. _ingestion.Parts.Select(part => part.Health)];

    /// <summary>Opens the stores, starts edge, enforcer and readers. The folder belongs to the installation from then on.</summary>
    /// <exception cref="InvalidOperationException">A store or an address cannot be used; the message says which and why.</exception>
    public static async Task<LocalInstallation> StartAsync(DataFolder folder, LocalOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var stores = new LocalStores(folder, options.SigningPairKind, options.Breaker, time);
        LogIngestion? ingestion = null;
        try
        {
            var malformed = new MalformedLines();
            var verdicts = new LedgerVerdicts(stores.Ledger, stores.Assets, stores.Keys, time);
            var sessions = new SessionShards(verdicts, () => stores.Assets.Current, options.Detection, time);
            verdicts.Audiences = new LiveAudiences(sessions, time);
            ingestion = new LogIngestion(options, folder, sessions, stores.Assets, malformed, time, loggers);
            if (stores.IsNew)
            {
                foreach (var asset in SampleAssets.All)
                    await stores.Assets.PutAsync(asset, cancellation).ConfigureAwait(false);
            }
            var edge = await LocalEdge.StartAsync(options.Edge, ingestion.Stream, time, loggers, cancellation).ConfigureAwait(false);
            return new LocalInstallation(folder, stores, sessions, malformed, ingestion, edge, time);
        }
        catch
        {
            if (ingestion is not null)
                await ingestion.DisposeAsync().ConfigureAwait(false);
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
