using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Enforcement;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Keys;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.KeyValueStore;

/// <summary>A strict store, a proxy that makes trouble, a target behind it, an enforcer, and what it is to enforce.</summary>
internal sealed class KeyValueStoreWorld : IAsyncDisposable
{
    /// <summary>One secret's text as it stands in a store.</summary>
    public static readonly string Secret = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()).TrimEnd('=');

    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly KeyValueStoreClient _client;
    private Task _running = Task.CompletedTask;
    private volatile Wanted _wanted;

    private KeyValueStoreWorld(TimeProvider time, StrictKeyValueStore store, FaultProxy proxy, int retries)
    {
        _time = time;
        Store = store;
        Proxy = proxy;
        _client = new KeyValueStoreClient(new KeyValueStoreArn(StrictKeyValueStore.Arn), store.Connection(proxy.Url) with { Retries = retries }, time);
        Target = new KeyValueStoreTarget(_client, time);
        Enforcer = new Enforcer<KeyValueStorePlan>(Target, Draw, new KeyValueStorePlanMeasure(), time);
        _wanted = new Wanted([], new KeySet("k1", [new SigningKey("k1", Enumerable.Repeat((byte)7, 32).ToArray(), Enumerable.Repeat((byte)8, 32).ToArray())]), 1);
    }

    public StrictKeyValueStore Store { get; }

    public FaultProxy Proxy { get; }

    public KeyValueStoreTarget Target { get; }

    public Enforcer<KeyValueStorePlan> Enforcer { get; }

    public long Seconds => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether the enforcer says, and the store shows, that all that is wanted is enforced.</summary>
    public bool IsEnforced => Enforcer.Status.Version == _wanted.Version && Enforcer.Status.LastError is null && Draw().AsksTheSameAs(KeyValueStorePlan.OfContent(Store.Content));

    public static async Task<KeyValueStoreWorld> StartAsync(TimeProvider time, int retries = 3)
    {
        var store = await StrictKeyValueStore.StartAsync(time);
        return new KeyValueStoreWorld(time, store, await FaultProxy.StartAsync(store.Url), retries);
    }

    public KeyValueStorePlan Draw()
    {
        var wanted = _wanted;
        return KeyValueStorePlan.Draw(wanted.Blocks, wanted.Keys, Seconds, new KeyValueStoreSettings { ServesSigned = true }, wanted.Version);
    }

    public void Run() => _running = Task.Run(() => Enforcer.RunAsync(_stopping.Token));

    /// <summary>Ends the enforcer as a kill would: without a word to the store.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public Block Session(string sid, long seconds = 3_600, double heat = 0) => new(Subject.Session(sid), Seconds + seconds, heat);

    public List<Block> Sessions(int count, long seconds = 3_600) => [.. Enumerable.Range(0, count).Select(i => Session($"sid{i:000000000}", seconds))];

    /// <summary>Wants these blocked from now on, first the most important.</summary>
    public void Block(params IReadOnlyList<Block> blocks)
    {
        _wanted = _wanted with { Blocks = blocks, Version = _wanted.Version + 1 };
        Enforcer.Signal();
    }

    public void HoldKeys(KeySet keys)
    {
        _wanted = _wanted with { Keys = keys, Version = _wanted.Version + 1 };
        Enforcer.Signal();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Target.DisposeAsync();
        _client.Dispose();
        await Proxy.DisposeAsync();
        await Store.DisposeAsync();
        _stopping.Dispose();
    }

    private sealed record Wanted(IReadOnlyList<Block> Blocks, KeySet Keys, long Version);
}
