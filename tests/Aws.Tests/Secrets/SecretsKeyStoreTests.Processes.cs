using Portcullis.Aws.Secrets;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Tests.Secrets;

/// <content>Several processes with one secret.</content>
public sealed partial class SecretsKeyStoreTests
{
    [SkippableTheory]
    [InlineData("no secret")]
    [InlineData("no value")]
    [InlineData("{}")]
    public async Task Open_ManyAtOnce_EndWithOneSetOfKeys(string before)
    {
        if (before != "no secret")
            await _secret.CreateAsync(before == "{}" ? "{}" : null);
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => OpenAsync())));
        using var last = await OpenAsync();

        foreach (var store in stores)
        {
            Assert.Equal(SecretsOf(last.Current.Signing!), SecretsOf(store.Current.Signing!));
            Assert.True(last.AccountTagKey.Span.SequenceEqual(store.AccountTagKey.Span));
            store.Dispose();
        }
    }

    [SkippableFact]
    public async Task EnsureSigningPair_InTwoProcesses_IsOne()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        var pairs = await Task.WhenAll(one.EnsureSigningPairAsync().AsTask(), other.EnsureSigningPairAsync().AsTask());

        Assert.Equal(pairs[0].PublicKey.ToPem(), pairs[1].PublicKey.ToPem());
        Assert.Equal(CloudFrontKeyKind.EcdsaP256, pairs[0].PublicKey.Kind);
    }

    [SkippableFact]
    public async Task Read_AnotherProcessHasChangedKeys_FollowsAndSaysSo()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        var changes = 0;
        one.Changed = () => changes++;
        await other.ImportAsync(V1("one", '5'), signing: true);
        await other.EnsureSigningPairAsync();
        await other.CommitAsync(Began(other));
        var sameKey = one.Current.Signing!;
        var ring = await one.ReadAsync();
        await one.ReadAsync();

        Assert.Equal(2, ring.Version);
        Assert.Equal(other.Current.Keys.Select(key => key.KeyId).Order(), one.Current.Keys.Select(key => key.KeyId).Order());
        Assert.Equal("one", one.Current.V1Signing!.KeyId);
        Assert.Equal(other.SigningPair!.KeyPairId, one.SigningPair!.KeyPairId);
        Assert.Same(sameKey, one.Current.Signing);
        Assert.Equal(1, changes);
    }

    [SkippableFact]
    public async Task Commit_TwoWriters_OneStepIsStoredAndBothKnowWhich()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(one.ReadAsync().AsTask(), other.ReadAsync().AsTask());
            var steps = (One: Began(one), Other: Began(other));
            var rings = await Task.WhenAll(Task.Run(() => one.CommitAsync(steps.One).AsTask()), Task.Run(() => other.CommitAsync(steps.Other).AsTask()));

            Assert.Equal(rings[0].Rotation!.KeyId, rings[1].Rotation!.KeyId);
            Assert.Contains(rings[0].Rotation!.KeyId, new[] { steps.One.Draw, steps.Other.Draw });
            Assert.Equal(rings[0].Keys.Select(key => key.KeyId).Order(), one.Current.Keys.Select(key => key.KeyId).Order());
            Assert.Equal(one.Current.Keys.Select(key => key.KeyId).Order(), other.Current.Keys.Select(key => key.KeyId).Order());
            Assert.Equal(SecretsOf(one.Current.Find(rings[0].Rotation!.KeyId)!), SecretsOf(other.Current.Find(rings[0].Rotation!.KeyId)!));
        }
    }

    [SkippableFact]
    public async Task Import_TwoWriters_KeepWhatBothHaveWritten()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).ImportAsync(V1($"key-{i}", (char)('a' + i)), signing: false).AsTask())));
        using var again = await OpenAsync();

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"key-{i}"), again.Current.Keys.Where(key => key.Format == TokenFormat.V1).Select(key => key.KeyId).Order());
    }

    private static byte[] SecretsOf(SigningKey key) => [.. key.ExportSecrets().Sign, .. key.ExportSecrets().Bind];

    /// <summary>The step that begins an emergency rotation, which is always possible.</summary>
    private static KeyRingStep Began(SecretsKeyStore store) =>
        (store.Ring with { Rotation = null }).Request(new KeyRotationRequest(true, "test", "test"), Now, KeyRing.DrawKeyId(DateTimeOffset.FromUnixTimeSeconds(Now))).Step!;
}
