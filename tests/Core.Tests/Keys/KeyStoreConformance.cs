using System.Text;
using Portcullis.Engine;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Keys;

/// <summary>What every key store does with imported keys and key pairs, wherever it keeps them.</summary>
public abstract class KeyStoreConformance
{
    /// <summary>Epoch seconds at which tokens are minted and verified.</summary>
    protected const long Now = 1_800_000_000;

    /// <summary>Opens the store, or opens it again beside the one that is open.</summary>
    /// <param name="changed">Called when targets must hold something else.</param>
    protected abstract Task<IKeyStore> OpenStoreAsync(Action? changed = null);

    protected static SigningKey V1(string keyId, char secret) => SigningKey.ForV1(keyId, new string(secret, 128));

    [SkippableFact]
    public async Task Import_V1Keys_VerifyAndSignAfterARestartToo()
    {
        var changes = 0;
        var store = await OpenStoreAsync(() => changes++);

        Assert.Equal(KeyImport.Added, await store.ImportAsync(V1("20241104_primary", '5'), signing: true));
        Assert.Equal(KeyImport.Added, await store.ImportAsync(V1("20241103_secondary", '6'), signing: false));
        Assert.Equal(KeyImport.Known, await store.ImportAsync(V1("20241103_secondary", '6'), signing: false));
        var again = await OpenStoreAsync();

        foreach (var keys in new[] { store.Current, again.Current })
        {
            Assert.Equal(3, keys.Keys.Count);
            Assert.Equal("20241104_primary", keys.V1Signing!.KeyId);
            Assert.Equal(TokenFormat.V2, keys.Signing!.Format);
        }
        Assert.Equal(store.Current.Signing!.KeyId, again.Current.Signing!.KeyId);
        var token = SmdeMint.Mint(new SmdePolicy { Paths = ["/live/one/"], Ssn = true }, Viewer.Unknown, "aB3dE6gH9jK2", V1("20241103_secondary", '6'), Now).Token!;
        Assert.Equal(TokenRejection.None, TokenVerifier.Verify(Encoding.UTF8.GetBytes(token.PathTo("/live/one/a.ts")), default, Viewer.Unknown, again.Current, Now).Rejection);
        Assert.Equal(2, changes);
    }

    [SkippableFact]
    public async Task Import_AnotherKeyAsSigning_TakesOver()
    {
        var store = await OpenStoreAsync();
        await store.ImportAsync(V1("one", '5'), signing: true);
        await store.ImportAsync(V1("two", '6'), signing: false);

        Assert.Equal(KeyImport.Known, await store.ImportAsync(V1("two", '6'), signing: true));
        Assert.Equal(("two", "two"), (store.Current.V1Signing!.KeyId, (await OpenStoreAsync()).Current.V1Signing!.KeyId));
        Assert.Equal(KeyImport.Known, await store.ImportAsync(V1("one", '5'), signing: false));
        Assert.Equal("two", store.Current.V1Signing!.KeyId);
    }

    [SkippableFact]
    public async Task RemoveV1_ItsKeyOnly_IsGone()
    {
        var store = await OpenStoreAsync();
        await store.ImportAsync(V1("one", '5'), signing: true);

        Assert.False(await store.RemoveV1Async(store.Current.Signing!.KeyId));
        Assert.False(await store.RemoveV1Async("tag-1"));
        Assert.True(await store.RemoveV1Async("one"));
        Assert.False(await store.RemoveV1Async("one"));
        foreach (var keys in new[] { store.Current, (await OpenStoreAsync()).Current })
        {
            Assert.Equal(TokenFormat.V2, Assert.Single(keys.Keys).Format);
            Assert.Null(keys.V1Signing);
        }
    }

    [SkippableFact]
    public async Task AssignKeyPairId_OfCloudFront_SignsUnderItAndVerifiesEarlierOnes()
    {
        var store = await OpenStoreAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AssignKeyPairIdAsync("K2JCJMDEHXQW5F").AsTask());
        var drawn = await store.EnsureSigningPairAsync();
        await store.ImportAsync(V1("ABC", '5'), signing: false);

        Assert.True(await store.AssignKeyPairIdAsync("K2JCJMDEHXQW5F"));
        Assert.True(await store.AssignKeyPairIdAsync("K2JCJMDEHXQW5F"));
        Assert.False(await store.AssignKeyPairIdAsync("ABC"));

        var again = await OpenStoreAsync();
        foreach (var (pair, keys) in new[] { (store.SigningPair!, store.SignatureKeys), (again.SigningPair!, again.SignatureKeys) })
        {
            Assert.Equal(("K2JCJMDEHXQW5F", drawn.PublicKey.ToPem()), (pair.KeyPairId, pair.PublicKey.ToPem()));
            Assert.Equal([drawn.KeyPairId, "K2JCJMDEHXQW5F"], keys.Select(key => key.KeyPairId));
        }
    }

    [SkippableFact]
    public async Task AssignKeyPairId_BackToAnEarlierOne_SignsUnderThatAgain()
    {
        var store = await OpenStoreAsync();
        var drawn = await store.EnsureSigningPairAsync();
        await store.AssignKeyPairIdAsync("K2JCJMDEHXQW5F");

        Assert.True(await store.AssignKeyPairIdAsync(drawn.KeyPairId));
        var again = await OpenStoreAsync();
        Assert.Equal((drawn.KeyPairId, drawn.KeyPairId), (store.SigningPair!.KeyPairId, again.SigningPair!.KeyPairId));
        Assert.Equal(2, again.SignatureKeys.Count);
    }
}
