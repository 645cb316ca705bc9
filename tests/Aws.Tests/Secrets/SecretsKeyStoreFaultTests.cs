using Portcullis.Aws.Secrets;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Keys;

namespace Portcullis.Aws.Tests.Secrets;

/// <summary>What goes wrong between the store and Secrets Manager.</summary>
public sealed class SecretsKeyStoreFaultTests : IAsyncLifetime
{
    private const string Put = "PutSecretValue", Move = "UpdateSecretVersionStage", Get = "GetSecretValue";

    /// <summary>How often the SDK sends a request, without retries, whose connection breaks.</summary>
    private const int Sendings = 11;

    private ServerProcess _server = null!;
    private FaultProxy _proxy = null!;
    private TestSecret _secret = null!;

    public async Task InitializeAsync()
    {
        _server = await AwsServers.StartMotoAsync();
        _proxy = await FaultProxy.StartAsync(_server.Url);
        _secret = new TestSecret(_server);
    }

    public async Task DisposeAsync()
    {
        _secret?.Dispose();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _server?.Dispose();
    }

    [SkippableTheory]
    [InlineData(Put, 1)]
    [InlineData(Move, 1)]
    [InlineData(Move, Sendings)]
    public async Task Commit_AnswerIsLost_IsStoredOnceAndKnownToBe(string operation, int answers)
    {
        using var store = await OpenAsync();
        var step = Began(store);
        Fail(operation, answers, Fault.AnswerLost);
        var ring = await store.CommitAsync(step);
        using var again = await OpenAsync();

        Assert.Same(step.Ring, ring);
        Assert.Equal((2, step.Draw), (again.Ring.Version, again.Ring.Rotation!.KeyId));
        Assert.Equal(store.Current.Keys.Select(key => key.KeyId).Order(), again.Current.Keys.Select(key => key.KeyId).Order());
        Assert.Equal(2, again.Current.Keys.Count);
        Assert.True(store.Health.IsHealthy, store.Health.Error);
    }

    [SkippableFact]
    public async Task Commit_OutcomeCannotBeRead_IsUnknownUntilItCan()
    {
        using var store = await OpenAsync();
        var step = Began(store);
        var moved = false;
        _proxy.Judge = (request, _) =>
        {
            moved |= FaultProxy.OperationOf(request) == Move;
            return moved ? Fault.AnswerLost : null;
        };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(step).AsTask());
        var during = store.Ring.Version;
        _proxy.Judge = null;
        var ring = await store.ReadAsync();

        Assert.Equal(1, during);
        Assert.Equal((2, step.Draw), (ring.Version, ring.Rotation!.KeyId));
        Assert.NotNull(store.Current.Find(step.Draw!));
        Assert.True(store.Health.IsHealthy, store.Health.Error);
    }

    [SkippableTheory]
    [InlineData(Get, "server error")]
    [InlineData(Put, "server error")]
    [InlineData(Move, "server error")]
    [InlineData(Get, "throttled")]
    [InlineData(Put, "throttled")]
    [InlineData(Move, "throttled")]
    [InlineData(Put, "dropped")]
    [InlineData(Move, "dropped")]
    public async Task Import_CallKeepsFailing_SaysSoChangesNothingAndIsSafeToRepeat(string operation, string kind)
    {
        using var store = await OpenAsync();
        var (before, text) = (store.Current, await _secret.ReadAsync());
        Fail(operation, int.MaxValue, kind switch { "throttled" => Fault.Throttled("ThrottlingException"), "dropped" => Fault.Dropped, _ => Fault.ServerError });
        var key = SigningKey.ForV1("one", new string('5', 128));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ImportAsync(key, signing: true).AsTask());
        var (current, health) = (store.Current, store.Health);
        _proxy.Judge = null;

        Assert.StartsWith($"{operation} of the secret portcullis/keys failed", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, health.Error);
        Assert.Same(before, current);
        Assert.Equal(text, await _secret.ReadAsync());
        Assert.DoesNotContain("5555", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NTU1", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(KeyImport.Added, await store.ImportAsync(key, signing: true));
        Assert.True(store.Health.IsHealthy, store.Health.Error);
    }

    [SkippableTheory]
    [InlineData("throttled")]
    [InlineData("server error")]
    [InlineData("dropped")]
    public async Task Import_CallFailsOnce_IsTriedAgain(string kind)
    {
        using var store = await OpenAsync(retries: 3);
        foreach (var operation in new[] { Get, Put, Move })
        {
            Fail(operation, 1, kind switch { "throttled" => Fault.Throttled("ThrottlingException"), "dropped" => Fault.Dropped, _ => Fault.ServerError });
            Assert.Equal(KeyImport.Added, await store.ImportAsync(SigningKey.ForV1($"after-{operation}", new string('5', 128)), signing: true));
        }
    }

    [SkippableFact]
    public async Task Import_AnotherWriterBetweenTheTwoCalls_BothChangesAreKept()
    {
        using var store = await OpenAsync();
        using var other = await SecretsKeyStore.OpenAsync(AwsServers.ConnectTo(_server.Url), Options, TimeProvider.System);
        var intrusions = 2;
        _proxy.Judge = (request, _) =>
        {
            if (FaultProxy.OperationOf(request) == Move && Interlocked.Decrement(ref intrusions) is >= 0 and var left)
                other.ImportAsync(SigningKey.ForV1($"theirs-{left}", new string('6', 128)), signing: false).AsTask().GetAwaiter().GetResult();
            return null;
        };
        Assert.Equal(KeyImport.Added, await store.ImportAsync(SigningKey.ForV1("ours", new string('5', 128)), signing: true));
        using var again = await OpenAsync();

        Assert.Equal(["ours", "theirs-0", "theirs-1"], again.Current.Keys.Select(key => key.KeyId).Where(keyId => keyId.Contains("rs", StringComparison.Ordinal)).Order());
        Assert.Equal("ours", again.Current.V1Signing!.KeyId);
        Assert.All(await _secret.LabelsAsync(), labels => Assert.True(labels.Length <= 2));
    }

    [SkippableFact]
    public async Task Commit_KilledBetweenTheTwoCallsBefore_NothingIsInTheWay()
    {
        using var store = await OpenAsync();
        await _secret.LeavePendingAsync((await _secret.ReadAsync()).Replace("tag-1", "never", StringComparison.Ordinal));
        using var again = await OpenAsync();
        var ring = await again.CommitAsync(Began(again));
        await again.ImportAsync(SigningKey.ForV1("one", new string('5', 128)), signing: true);
        await store.ReadAsync();

        Assert.Equal(2, ring.Version);
        Assert.Equal((2, "one"), (store.Ring.Version, store.Current.V1Signing!.KeyId));
        Assert.DoesNotContain("never", await _secret.ReadAsync(), StringComparison.Ordinal);
        Assert.Single(await _secret.LabelsAsync(), labels => labels.Contains("AWSCURRENT"));
    }

    [SkippableTheory]
    [InlineData("CreateSecret", 1)]
    [InlineData(Get, Sendings)]
    public async Task Open_AnswersOfTheFirstStartAreLost_TheKeysAreThoseOfTheNextStart(string operation, int answers)
    {
        Fail(operation, answers, Fault.AnswerLost);
        using var store = operation == Get ? null : await OpenAsync();
        if (store is null)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync());
        using var one = await OpenAsync();
        using var other = await OpenAsync();

        Assert.Equal(one.Current.Signing!.KeyId, other.Current.Signing!.KeyId);
        Assert.Equal(one.Current.Signing.KeyId, (store ?? one).Current.Signing!.KeyId);
    }

    [SkippableTheory]
    [InlineData(Get, "may not call secretsmanager:GetSecretValue on portcullis/keys")]
    [InlineData(Put, "may not call secretsmanager:PutSecretValue on portcullis/keys")]
    [InlineData("CreateSecret", "The secret portcullis/keys does not exist, and the credentials may not call secretsmanager:CreateSecret; allow it, or create the secret without a value.")]
    public async Task Open_NotAllowed_SaysWhatToAllow(string operation, string expected)
    {
        Fail(operation, int.MaxValue, Fault.Throttled("AccessDeniedException"));

        Assert.Contains(expected, (await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Read_SecretBrokenByHand_SaysSoAndGoesOnWithWhatWasKnown()
    {
        using var store = await OpenAsync();
        var (before, text) = (store.Current, await _secret.ReadAsync());
        await _secret.WriteAsync("oops");
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.ReadAsync().AsTask());
        var (during, health) = (store.Current, store.Health);
        await _secret.WriteAsync(text);
        await store.ReadAsync();

        Assert.Same(before, during);
        Assert.Contains("does not hold keys", health.Error, StringComparison.Ordinal);
        Assert.True(store.Health.IsHealthy, store.Health.Error);
    }

    private static SecretsKeyOptions Options => new() { SecretId = TestSecret.Name };

    private static KeyRingStep Began(SecretsKeyStore store) =>
        store.Ring.Request(new KeyRotationRequest(false, "test", "test"), store.Ring.Keys[0].Since, KeyRing.DrawKeyId(TimeProvider.System.GetUtcNow())).Step!;

    private Task<SecretsKeyStore> OpenAsync(int retries = 0) =>
        SecretsKeyStore.OpenAsync(AwsServers.ConnectTo(_proxy.Url) with { Retries = retries }, Options, TimeProvider.System);

    /// <summary>Lets the next calls of an operation fail.</summary>
    private void Fail(string operation, int times, Fault fault)
    {
        var left = times;
        _proxy.Judge = (request, _) => FaultProxy.OperationOf(request) == operation && Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }
}
