using Portcullis.Aws.Secrets;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Keys;

namespace Portcullis.Aws.Tests.Secrets;

/// <summary>Rotations from the secret to a target, killed after every single step, and with answers lost.</summary>
public sealed class SecretsKeyRotationTests : IAsyncLifetime
{
    private static readonly KeyRotationOptions OnDemand = new() { RotateEvery = null };

    private readonly ManualTime _time = new();
    private ServerProcess _server = null!;
    private FaultProxy _proxy = null!;
    private SecretsKeyStore _store = null!;
    private HashSet<string> _served = [];
    private HeldKeys? _held;
    private int _reads;

    public async Task InitializeAsync()
    {
        _server = await AwsServers.StartMotoAsync();
        _proxy = await FaultProxy.StartAsync(_server.Url);
        _store = await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        _store?.Dispose();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _server?.Dispose();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rotate_KilledAfterEveryStepAndItsAnswerLost_EndsAsUndisturbed(bool isEmergency)
    {
        await SettleAsync();
        var old = _store.Current.Signing!.KeyId;
        var oldSecret = Convert.ToBase64String(_store.Current.Signing.ExportSecrets().Sign)[..40];
        await new KeyRotator(_store, [Target()], OnDemand, _time).RotateAsync(new KeyRotationRequest(isEmergency, "test", "test"));
        Assert.Equal(isEmergency, _store.Current.Signing is null);
        var steps = 0;
        for (; await KillAndStepAsync(); steps++)
        {
            var live = _store.Ring.Keys.Where(key => key.State != KeyState.Retired).Select(key => key.KeyId).Order().ToList();
            Assert.Equal(live, _store.Current.Keys.Select(key => key.KeyId).Order());
            Assert.True(_store.Current.Signing is not { } signing || _served.Contains(signing.KeyId));
        }

        var fresh = _store.Current.Signing!.KeyId;
        Assert.InRange(steps, 3, 30);
        Assert.NotEqual(old, fresh);
        Assert.Equal(isEmergency ? [(fresh, KeyState.Signing)] : [(old, KeyState.Verifying), (fresh, KeyState.Signing)], _store.Ring.Keys.Select(key => (key.KeyId, key.State)));
        using var secret = new TestSecret(_server);
        Assert.Equal(!isEmergency, (await secret.ReadAsync()).Contains(oldSecret, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Rotate_SecretsManagerDown_SaysSoSignsOnAndGoesOnAfterwards()
    {
        await SettleAsync();
        var rotator = new KeyRotator(_store, [Target()], OnDemand, _time);
        _proxy.Judge = (_, _) => Fault.Dropped;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => rotator.RotateAsync(new KeyRotationRequest(false, "test", "test")).AsTask());
        var during = _store.Current.Signing;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => rotator.RotateAsync(new KeyRotationRequest(true, "test", "test")).AsTask());
        _proxy.Judge = null;
        await rotator.AdvanceAsync(default);

        Assert.NotNull(during);
        Assert.Null(rotator.Ring.Rotation);
        Assert.NotNull(_store.Current.Signing);
        Assert.Equal(KeyRotationOutcome.Started, await rotator.RotateAsync(new KeyRotationRequest(true, "test", "test")));
        Assert.Null(_store.Current.Signing);
    }

    [SkippableFact]
    public async Task Rotate_TwoProcessesAtOnce_DriveOneRotationToItsEnd()
    {
        await SettleAsync();
        using var other = await OpenAsync();
        KeyRotator[] rotators = [new(_store, [Target()], OnDemand, _time), new(other, [Target()], OnDemand, _time)];
        await Task.WhenAll(rotators.Select(rotator => Task.Run(() => rotator.RotateAsync(new KeyRotationRequest(false, "test", "test")).AsTask())));
        for (var round = 0; round < 4; round++)
        {
            _served = [.. (await _store.ReadAsync()).Keys.Where(key => key.State != KeyState.Retired).Select(key => key.KeyId)];
            ReadBack();
            await Task.WhenAll(rotators.Select(rotator => Task.Run(() => rotator.AdvanceAsync(default).AsTask())));
        }
        await Task.WhenAll(_store.ReadAsync().AsTask(), other.ReadAsync().AsTask());

        Assert.Null(_store.Ring.Rotation);
        Assert.Equal(2, _store.Ring.Keys.Count);
        Assert.Equal(_store.Ring.Version, other.Ring.Version);
        Assert.Equal(_store.Current.Keys.Select(key => key.KeyId).Order(), other.Current.Keys.Select(key => key.KeyId).Order());
    }

    private Task<SecretsKeyStore> OpenAsync() =>
        SecretsKeyStore.OpenAsync(AwsServers.ConnectTo(_proxy.Url) with { Retries = 0 }, new SecretsKeyOptions { SecretId = TestSecret.Name }, _time);

    private KeyTarget Target() => new("store", TimeSpan.Zero, () => _held ?? HeldKeys.None, () => { });

    private void Write() => _served = [.. _store.Current.Keys.Select(key => key.KeyId)];

    private void ReadBack() => _held = HeldKeys.Read(_held, _served, TimeSpan.FromSeconds(++_reads));

    /// <summary>Lets an undisturbed service come to rest.</summary>
    private async Task SettleAsync()
    {
        var rotator = new KeyRotator(_store, [Target()], OnDemand, _time);
        for (var version = -1L; version != _store.Ring.Version;)
        {
            version = _store.Ring.Version;
            Write();
            ReadBack();
            await rotator.AdvanceAsync(default);
        }
    }

    /// <summary>A new process finds the secret as it is, takes one step of whose outcome it hears nothing, and is killed.</summary>
    /// <returns>Whether there was a step left.</returns>
    private async Task<bool> KillAndStepAsync()
    {
        await RestartAsync();
        _held = null;
        Write();
        ReadBack();
        TargetKeys[] targets = [new("store", TimeSpan.Zero, _held)];
        var step = _store.Ring.Step(_time.Seconds, targets, KeyRing.DrawKeyId(_time.GetUtcNow()), OnDemand);
        if (step is not null)
        {
            var moved = false;
            _proxy.Judge = (request, _) => (moved |= FaultProxy.OperationOf(request) == "UpdateSecretVersionStage") ? Fault.AnswerLost : null;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAsync(step).AsTask());
            _proxy.Judge = null;
        }
        await RestartAsync();
        _store.Permit(_store.Ring.Permit(targets));
        return step is not null;
    }

    private async Task RestartAsync()
    {
        _store.Dispose();
        _store = await OpenAsync();
    }
}
