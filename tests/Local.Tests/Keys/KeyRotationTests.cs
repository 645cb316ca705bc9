using System.Text;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Keys;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Edge;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Keys;

/// <summary>Rotations from the SQLite store to a real local edge, killed after every single step.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private const string Playlist = "/vod/sample/master.m3u8";

    private static readonly KeyRotationOptions OnDemand = new() { RotateEvery = null };
    private static readonly TokenPolicy Policy = new() { Paths = ["/vod/sample"], Lifetime = 86_400 };

    private readonly TempFolder _parent = new();
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(TestEdge.LoopStart));
    private DataFolder _folder = null!;
    private TestEdge _edge = null!;
    private SqliteKeyStore _store = null!;
    private HeldKeys? _held;
    private int _reads;

    public async Task InitializeAsync()
    {
        _folder = DataFolder.Open(_parent.PathOf("data"));
        _edge = await TestEdge.StartAsync(withKeys: false);
        _store = Open();
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        _folder.Dispose();
        _parent.Dispose();
    }

    [Fact]
    public async Task Rotate_KilledAfterEveryStep_EndsAsUndisturbedAndEveryTokenPlays()
    {
        await SettleAsync();
        var tokens = new List<string> { Mint()! };
        var rotator = new KeyRotator(_store, [Edge()], OnDemand, _time);
        Assert.Equal(KeyRotationOutcome.Started, await rotator.RotateAsync(new KeyRotationRequest(false, "test", "test")));
        var old = _store.Current.Signing!.KeyId;
        var steps = 0;
        for (; await KillAndStepAsync(); steps++)
        {
            // Between any two steps: one rotation, the secrets of its keys, and whatever is signed plays.
            Assert.Equal(_store.Ring.Keys.Select(key => key.KeyId).Order(), _store.Current.Keys.Select(key => key.KeyId).Order());
            if (Mint() is { } token)
                tokens.Add(token);
            Assert.All(tokens, token => Assert.Equal(200, Play(token)));
        }

        Assert.InRange(steps, 3, 30);
        Assert.Equal([(old, KeyState.Verifying), (_store.Current.Signing!.KeyId, KeyState.Signing)], _store.Ring.Keys.Select(key => (key.KeyId, key.State)));
        Assert.True(tokens.Count >= 3);
        Assert.Equal(2, tokens.DistinctBy(token => token.Split('.')[1]).Count());
    }

    [Fact]
    public async Task Emergency_KilledAfterEveryStep_SignsNothingInBetweenAndNoOldTokenPlaysAfter()
    {
        await SettleAsync();
        var old = Mint()!;
        var oldKey = _store.Current.Signing!.KeyId;
        await new KeyRotator(_store, [Edge()], OnDemand, _time).RotateAsync(new KeyRotationRequest(true, "test", "test"));
        Assert.Null(Mint());
        while (await KillAndStepAsync())
            Assert.True(Mint() is not { } token || KeyOf(token) != oldKey);
        var fresh = Mint()!;

        Assert.Equal((401, 200), (Play(old), Play(fresh)));
        Assert.Equal([(KeyOf(fresh), KeyState.Signing)], _store.Ring.Keys.Select(key => (key.KeyId, key.State)));
        Assert.True(_store.Ring.LastRotation is { IsEmergency: true, CompletedAt: not null });
    }

    [Fact]
    public async Task Rotate_KeyEnds_ItsTokenHasEndedAndItsSecretIsInNoFile()
    {
        await SettleAsync();
        var token = Mint()!;
        var old = _store.Current.Signing!.KeyId;
        var sealedOld = Sealed(old);
        await RotateAsync();
        var until = _store.Ring.Find(old)!.Until!.Value;
        _time.Advance(TimeSpan.FromSeconds(until - 1 - _time.Seconds));
        await SettleAsync();
        Assert.NotNull(_store.Current.Find(old));
        Assert.True(Contains(sealedOld));
        _time.Advance(TimeSpan.FromSeconds(1));
        await SettleAsync();

        Assert.Null(_store.Current.Find(old));
        Assert.Null(_store.Ring.Find(old));
        Assert.Equal(401, Play(token));
        Assert.False(Contains(sealedOld));
        Assert.Null(Open().Current.Find(old));
    }

    [Fact]
    public async Task Rotate_EdgeLosesItsKeys_NothingIsSignedUntilTheyAreBack()
    {
        await SettleAsync();
        var rotator = new KeyRotator(_store, [Edge()], OnDemand, _time);
        await rotator.AdvanceAsync(default);
        var before = Mint();
        await _edge.Edge.WriteAsync(LocalEdgePlan.Empty, default);
        await ReadBackAsync();
        await rotator.AdvanceAsync(default);
        var during = Mint();
        var said = rotator.Health.Error;
        await WriteAsync();
        await ReadBackAsync();
        await rotator.AdvanceAsync(default);

        Assert.NotNull(before);
        Assert.Null(during);
        Assert.Contains("waiting for local-edge", said, StringComparison.Ordinal);
        Assert.Equal(200, Play(Mint()!));
    }

    [Fact]
    public async Task Rotate_TargetThatNeverAnswers_IsStuckAndSaysSo()
    {
        await SettleAsync();
        var signalled = 0;
        var rotator = new KeyRotator(_store, [Edge(), new KeyTarget("far", KeyTarget.DefaultSettle, () => null, () => signalled++)], OnDemand, _time);
        await rotator.RotateAsync(new KeyRotationRequest(false, "test", "test"));
        await rotator.AdvanceAsync(default);
        var early = rotator.Status!;
        _time.Advance(TimeSpan.FromMinutes(10));
        await rotator.AdvanceAsync(default);

        Assert.False(early.IsStuck);
        Assert.True(rotator.Status!.IsStuck);
        Assert.Contains(new AwaitedTarget("far", "could not be read yet"), rotator.Status.WaitingFor);
        Assert.False(rotator.Health.IsHealthy);
        Assert.True(signalled >= 2);
    }

    [Fact]
    public async Task Rotate_DatabaseLocked_SaysSoAndGoesOnAfterwards()
    {
        await SettleAsync();
        var rotator = new KeyRotator(_store, [Edge()], OnDemand, _time);
        using (var connection = Database().Open())
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => rotator.RotateAsync(new KeyRotationRequest(true, "test", "test")).AsTask());
            // Nobody knows whether the emergency is on disk.
            Assert.Null(Mint());
        }
        await rotator.AdvanceAsync(default);

        Assert.Null(rotator.Ring.Rotation);
        Assert.NotNull(Mint());
        Assert.Equal(KeyRotationOutcome.Started, await rotator.RotateAsync(new KeyRotationRequest(true, "test", "test")));
    }

    [Fact]
    public void Open_DatabaseFromBeforeRings_ItsKeySigns()
    {
        var keyId = _store.Current.Signing!.KeyId;
        using (var connection = Database().Open())
        {
            connection.Execute("DELETE FROM key_ring");
            connection.Execute("UPDATE keys SET created = :created", (":created", _time.Seconds - 500_000));
        }

        var ring = Open().Ring;
        var again = Open().Ring;

        Assert.Equal((keyId, KeyState.Signing, _time.Seconds - 500_000), (ring.Keys.Single().KeyId, ring.Keys.Single().State, ring.Keys.Single().Since));
        Assert.Equal(ring.Keys.Single().KeyId, again.Keys.Single().KeyId);
        Assert.Equal(keyId, Open().Current.Signing!.KeyId);
    }

    [Fact]
    public async Task Open_RingWithoutItsSecrets_IsRefused()
    {
        await SettleAsync();
        using (var connection = Database().Open())
            connection.Execute("DELETE FROM keys WHERE purpose = 'sign'");

        Assert.Contains("secrets of key", Assert.Throws<InvalidOperationException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RetiredKeyPutBackIntoTheTable_StaysRetired()
    {
        await SettleAsync();
        var (old, sealedOld) = (_store.Current.Signing!.KeyId, Sealed(_store.Current.Signing.KeyId));
        await new KeyRotator(_store, [Edge()], OnDemand, _time).RotateAsync(new KeyRotationRequest(true, "test", "test"));
        await SettleAsync();
        using (var connection = Database().Open())
            connection.Execute("INSERT INTO keys (kid, purpose, created, sealed) VALUES (:kid, 'sign', 0, :sealed)", (":kid", old), (":sealed", sealedOld));

        Assert.Null(Open().Current.Find(old));
    }

    private SqliteDatabase Database() => new(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);

    private SqliteKeyStore Open() => SqliteKeyStore.Open(_folder, Database(), _time);

    private KeyTarget Edge() => new("local-edge", TimeSpan.Zero, () => _held ?? HeldKeys.None, () => { });

    private async Task WriteAsync() => await _edge.Edge.WriteAsync(LocalEdgePlan.Draw(RevocationSnapshot.Empty, _store.Current, _time.Seconds), default);

    private async Task ReadBackAsync()
    {
        var plan = await _edge.Edge.ReadAsync(default);
        _edge.Clock.Now = _time.GetUtcNow();
        _held = HeldKeys.Read(_held, plan.Keys.Keys.Select(key => key.KeyId), TimeSpan.FromSeconds(++_reads));
    }

    private async Task RotateAsync()
    {
        await new KeyRotator(_store, [Edge()], OnDemand, _time).RotateAsync(new KeyRotationRequest(false, "test", "test"));
        await SettleAsync();
    }

    /// <summary>Lets an undisturbed service come to rest.</summary>
    private async Task SettleAsync()
    {
        var rotator = new KeyRotator(_store, [Edge()], OnDemand, _time);
        for (var version = -1L; version != _store.Ring.Version;)
        {
            version = _store.Ring.Version;
            await ReadBackAsync();
            await rotator.AdvanceAsync(default);
            await WriteAsync();
            await ReadBackAsync();
            await rotator.AdvanceAsync(default);
        }
    }

    /// <summary>A new process finds the files as they are, takes one step, and is killed.</summary>
    /// <returns>Whether there was a step left.</returns>
    private async Task<bool> KillAndStepAsync()
    {
        _store = Open();
        _held = null;
        // What a start does before it answers anybody: the edge gets what the store has.
        await WriteAsync();
        await ReadBackAsync();
        TargetKeys[] targets = [new("local-edge", TimeSpan.Zero, _held)];
        var step = _store.Ring.Step(_time.Seconds, targets, KeyRing.DrawKeyId(_time.GetUtcNow()), OnDemand);
        if (step is not null)
            await _store.CommitAsync(step);
        _store = Open();
        _store.Permit(_store.Ring.Permit(targets));
        return step is not null;
    }

    private string? Mint() => _store.Current.SigningAt(_time.Seconds) is { } key ? TokenMint.Mint(Policy, Viewer.Unknown, TestEdge.Sid, key, _time.Seconds).Token!.Segment : null;

    private static string KeyOf(string token)
    {
        var header = Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return header[(header.IndexOf("\"kid\":\"", StringComparison.Ordinal) + 7)..^2];
    }

    private int Play(string token) => _edge.Http.Send("GET", $"/{token}{Playlist}").Status;

    private byte[] Sealed(string keyId)
    {
        using var connection = Database().Open();
        return (byte[])connection.Scalar("SELECT sealed FROM keys WHERE kid = :kid", (":kid", keyId))!;
    }

    private bool Contains(byte[] text) =>
        Directory.GetFiles(_folder.Root, MainDatabase.FileName + "*").Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(text.AsSpan(12, 48)) >= 0);
}
