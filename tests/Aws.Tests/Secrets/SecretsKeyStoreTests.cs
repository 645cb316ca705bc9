using System.Text;
using System.Text.Json.Nodes;
using Portcullis.Aws.Secrets;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;
using Portcullis.Tokens.V1;

namespace Portcullis.Aws.Tests.Secrets;

/// <summary>What a key store does, against moto.</summary>
public sealed partial class SecretsKeyStoreTests : KeyStoreConformance, IAsyncLifetime
{
    private readonly List<SecretsKeyStore> _opened = [];
    private ServerProcess _server = null!;
    private TestSecret _secret = null!;

    public async Task InitializeAsync()
    {
        _server = await AwsServers.StartMotoAsync();
        _secret = new TestSecret(_server);
    }

    public Task DisposeAsync()
    {
        _opened.ForEach(store => store.Dispose());
        _secret?.Dispose();
        _server?.Dispose();
        return Task.CompletedTask;
    }

    private Task<SecretsKeyStore> OpenAsync(CloudFrontKeyKind kind = CloudFrontKeyKind.EcdsaP256) =>
        SecretsKeyStore.OpenAsync(AwsServers.ConnectTo(_server.Url), new SecretsKeyOptions { SecretId = TestSecret.Name, SigningPairKind = kind }, new ManualTime());

    protected override async Task<IKeyStore> OpenStoreAsync(Action? changed = null)
    {
        var store = await OpenAsync();
        _opened.Add(store);
        store.Changed = changed;
        return store;
    }

    [SkippableTheory]
    [InlineData("no secret")]
    [InlineData("no value")]
    [InlineData("{}")]
    public async Task Open_NewInstallation_DrawsKeysThatAreThereTheNextTime(string before)
    {
        if (before != "no secret")
            await _secret.CreateAsync(before == "{}" ? "{}" : null);
        using var first = await OpenAsync();
        var token = TokenMint.Mint(new TokenPolicy { Paths = ["/live/one"] }, Viewer.Unknown, "aB3dE6gH9jK2mN5p", first.Current.Signing!, Now).Token!;
        using var again = await OpenAsync();
        var verdict = TokenVerifier.Verify(Encoding.UTF8.GetBytes($"/{token.Segment}/live/one/seg-1.m4s"), default, Viewer.Unknown, again.Current, Now);

        Assert.Equal(TokenRejection.None, verdict.Rejection);
        Assert.Equal(first.Current.Signing!.KeyId, again.Current.Signing!.KeyId);
        Assert.Equal(32, first.AccountTagKey.Length);
        Assert.True(first.AccountTagKey.Span.SequenceEqual(again.AccountTagKey.Span));
        Assert.False(first.AccountTagKey.Span.SequenceEqual(new byte[32]));
        Assert.StartsWith("20270115-", again.Current.Signing.KeyId, StringComparison.Ordinal);
        Assert.Equal([(again.Current.Signing.KeyId, KeyState.Signing)], again.Ring.Keys.Select(key => (key.KeyId, key.State)));
        Assert.True(again.Health.IsHealthy, again.Health.Error);
    }

    [SkippableTheory]
    [InlineData("\"a password that a template has generated\"")]
    [InlineData("a password that a template has generated")]
    [InlineData("""{"secret":"a password that a template has generated"}""")]
    [InlineData("""{"format":2,"ring":{"version":1,"keys":[]},"keys":[]}""")]
    [InlineData("[]")]
    public async Task Open_SecretOfSomethingElse_IsRefusedAndNotShown(string text)
    {
        await _secret.CreateAsync(text);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync());

        Assert.Contains("portcullis/keys does not hold keys", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password that", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(text, await _secret.ReadAsync());
    }

    [SkippableFact]
    public async Task EnsureSigningPair_AtFirstNeed_DrawsOneForGood()
    {
        using var store = await OpenAsync(CloudFrontKeyKind.Rsa2048);
        var changes = 0;
        store.Changed = () => changes++;
        Assert.Null(store.SigningPair);
        var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.EnsureSigningPairAsync().AsTask()));
        using var again = await OpenAsync();

        Assert.Equal(1, changes);
        Assert.Single(drawn.Distinct());
        Assert.Equal(CloudFrontKeyKind.Rsa2048, drawn[0].PublicKey.Kind);
        Assert.Matches("^K[A-Z0-9]{13}$", drawn[0].KeyPairId);
        Assert.Same(drawn[0].PublicKey, Assert.Single(store.SignatureKeys));
        Assert.Equal((drawn[0].KeyPairId, drawn[0].PublicKey.ToPem()), (again.SigningPair!.KeyPairId, again.SigningPair.PublicKey.ToPem()));
        Assert.Equal(drawn[0].ExportPkcs8(), again.SigningPair.ExportPkcs8());
    }

    [SkippableFact]
    public async Task Import_KeyIdInUse_ChangesNothing()
    {
        using var store = await OpenAsync();
        await store.ImportAsync(V1("one", '5'), signing: true);
        var pair = await store.EnsureSigningPairAsync();
        var (before, text) = (store.Current, await _secret.ReadAsync());

        Assert.Equal(KeyImport.OtherSecret, await store.ImportAsync(V1("one", '6'), signing: true));
        foreach (var taken in new[] { before.Signing!.KeyId, "tag-1", pair.KeyPairId })
            Assert.Equal(KeyImport.Taken, await store.ImportAsync(V1(taken, '5'), signing: true));
        await Assert.ThrowsAsync<ArgumentException>(() => store.ImportAsync(SigningKey.Draw("two"), signing: false).AsTask());

        Assert.True(before.VerifiesTheSameAs(store.Current));
        Assert.Equal("one", store.Current.V1Signing!.KeyId);
        Assert.Equal(text, await _secret.ReadAsync());
    }

    [SkippableFact]
    public async Task RemoveV1_ItsSecret_IsNotInTheSecretAnyMore()
    {
        using var store = await OpenAsync();
        await store.ImportAsync(V1("one", '5'), signing: true);

        Assert.True(await store.RemoveV1Async("one"));
        Assert.DoesNotContain(Convert.ToBase64String("555555555"u8), await _secret.ReadAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Import_MoreThanASecretHolds_IsRefusedBeforeItIsWritten()
    {
        using var store = await OpenAsync();
        await store.ImportAsync(SigningKey.ForV1("long-1", new string('x', 20_000)), signing: false);
        await store.ImportAsync(SigningKey.ForV1("long-2", new string('y', 20_000)), signing: false);
        var (before, versions) = (await _secret.ReadAsync(), (await _secret.LabelsAsync()).Count);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ImportAsync(SigningKey.ForV1("long-3", new string('z', 20_000)), signing: false).AsTask());

        Assert.Matches(@"^The keys would take 8\d{4} bytes and a secret of Secrets Manager holds 65536; nothing was changed\. Bytes by keys: 1 of purpose v2 \d+, 1 of purpose tag \d+, 3 of purpose v1 80\d{3}, the ring \d+\. Remove v1 keys", error.Message);
        Assert.Equal(error.Message, store.Health.Error);
        Assert.Equal((before, versions), (await _secret.ReadAsync(), (await _secret.LabelsAsync()).Count));
        Assert.Null(store.Current.Find("long-3"));
        Assert.True(await store.RemoveV1Async("long-1"));
        Assert.True(store.Health.IsHealthy);
    }

    [SkippableFact]
    public async Task Permit_OfTheRing_SaysWhichKeySigns()
    {
        using var store = await OpenAsync();
        var keyId = store.Current.Signing!.KeyId;
        store.Permit(null);
        Assert.Null(store.Current.Signing);
        store.Permit(new MintPermit(keyId, Now + 5));

        Assert.Equal(keyId, store.Current.SigningAt(Now + 5)!.KeyId);
        Assert.Null(store.Current.SigningAt(Now + 6));
    }

    [SkippableFact]
    public async Task Open_RingWithoutItsSecrets_IsRefused()
    {
        using (await OpenAsync())
        {
        }
        var keys = JsonNode.Parse(await _secret.ReadAsync())!;
        keys["keys"]!.AsArray().RemoveAt(0);
        await _secret.WriteAsync(keys.ToJsonString());

        Assert.Contains("secrets of key", (await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }
}
