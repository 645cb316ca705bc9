using System.Security.Cryptography;
using System.Text;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Keys;
using Portcullis.Local.Storage;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;
using Portcullis.Tokens.V1;

namespace Portcullis.Local.Tests.Keys;

public sealed class SqliteKeyStoreTests : KeyStoreConformance, IDisposable
{
    private readonly TempFolder _parent = new();
    private readonly DataFolder _folder;

    public SqliteKeyStoreTests() => _folder = DataFolder.Open(_parent.PathOf("data"));

    public void Dispose()
    {
        _folder.Dispose();
        _parent.Dispose();
    }

    private SqliteKeyStore Open() => SqliteKeyStore.Open(_folder, new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps), new ManualTime());

    protected override Task<IKeyStore> OpenStoreAsync(Action? changed = null)
    {
        var store = Open();
        store.Changed = changed;
        return Task.FromResult<IKeyStore>(store);
    }

    private string OpenError() => Assert.Throws<InvalidOperationException>(Open).Message;

    [Fact]
    public void Open_Again_HasTheSameKeys()
    {
        var first = Open();
        var token = TokenMint.Mint(new TokenPolicy { Paths = ["/live/one"] }, Viewer.Unknown, "aB3dE6gH9jK2mN5p", first.Current.Signing!, Now).Token!;
        var again = Open();
        var verdict = TokenVerifier.Verify(Encoding.UTF8.GetBytes($"/{token.Segment}/live/one/seg-1.m4s"), default, Viewer.Unknown, again.Current, Now);

        Assert.Equal(TokenRejection.None, verdict.Rejection);
        Assert.Equal(first.Current.Signing!.KeyId, again.Current.Signing!.KeyId);
        Assert.True(first.AccountTagKey.Span.SequenceEqual(again.AccountTagKey.Span));
        Assert.StartsWith("20270115-", again.Current.Signing.KeyId, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TwoInstallations_HaveDifferentKeys()
    {
        using var other = DataFolder.Open(_parent.PathOf("other"));
        var theirs = SqliteKeyStore.Open(other, new SqliteDatabase(other.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps), new ManualTime());
        var ours = Open();

        Assert.NotEqual(ours.Current.Signing!.ExportSecrets().Sign, theirs.Current.Signing!.ExportSecrets().Sign);
        Assert.False(ours.AccountTagKey.Span.SequenceEqual(theirs.AccountTagKey.Span));
    }

    [Fact]
    public void Open_NewInstallation_LeavesNoSecretInTheDatabase()
    {
        var store = Open();
        var (sign, bind) = store.Current.Signing!.ExportSecrets();
        var bytes = Directory.GetFiles(_folder.Root, MainDatabase.FileName + "*").SelectMany(File.ReadAllBytes).ToArray();

        Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(store.Current.Signing.KeyId)) >= 0);
        foreach (var secret in (byte[][])[sign, bind, store.AccountTagKey.ToArray(), _folder.ReadSecret("seal.key")!])
        {
            Assert.Equal(32, secret.Length);
            Assert.True(bytes.AsSpan().IndexOf(secret.AsSpan(0, 16)) < 0);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)[..20])) < 0);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexString(secret)[..20])) < 0);
        }
    }

    [Fact]
    public async Task EnsureSigningPair_AtFirstNeed_DrawsOneForGood()
    {
        var store = Open();
        var changes = 0;
        store.Changed = () => changes++;
        Assert.Null(store.SigningPair);
        Assert.Empty(store.SignatureKeys);

        var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.EnsureSigningPairAsync().AsTask()));
        var again = Open();

        Assert.Equal(1, changes);
        Assert.Single(drawn.Distinct());
        Assert.Equal(CloudFrontKeyKind.Rsa2048, drawn[0].PublicKey.Kind);
        Assert.Matches("^K[A-Z0-9]{13}$", drawn[0].KeyPairId);
        Assert.Same(drawn[0].PublicKey, Assert.Single(store.SignatureKeys));
        Assert.Equal((drawn[0].KeyPairId, drawn[0].PublicKey.ToPem()), (again.SigningPair!.KeyPairId, again.SigningPair.PublicKey.ToPem()));
        Assert.Equal(store.Current.Signing!.KeyId, again.Current.Signing!.KeyId);
        var bytes = Directory.GetFiles(_folder.Root, MainDatabase.FileName + "*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.True(bytes.AsSpan().IndexOf(drawn[0].ExportPkcs8().AsSpan(200, 16)) < 0);
    }

    [Fact]
    public async Task EnsureSigningPair_EcdsaAskedFor_IsDrawn()
    {
        var store = SqliteKeyStore.Open(_folder, new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps), new ManualTime(), CloudFrontKeyKind.EcdsaP256);

        Assert.Equal(CloudFrontKeyKind.EcdsaP256, (await store.EnsureSigningPairAsync()).PublicKey.Kind);
        Assert.Equal(CloudFrontKeyKind.EcdsaP256, Open().SigningPair!.PublicKey.Kind);
    }

    [Fact]
    public async Task Import_KeyIdInUse_ChangesNothing()
    {
        var store = Open();
        await store.ImportAsync(V1("one", '5'), signing: true);
        var pair = await store.EnsureSigningPairAsync();
        var before = store.Current;

        Assert.Equal(KeyImport.OtherSecret, await store.ImportAsync(V1("one", '6'), signing: true));
        foreach (var taken in new[] { before.Signing!.KeyId, "tag-1", pair.KeyPairId })
            Assert.Equal(KeyImport.Taken, await store.ImportAsync(V1(taken, '5'), signing: true));
        await Assert.ThrowsAsync<ArgumentException>(() => store.ImportAsync(SigningKey.Draw("two"), signing: false).AsTask());

        Assert.Same(before, store.Current);
        Assert.Equal((2, "one"), (Open().Current.Keys.Count, Open().Current.V1Signing!.KeyId));
    }

    [Fact]
    public async Task Import_V1Key_LeavesNoSecretInTheDatabase()
    {
        await Open().ImportAsync(V1("one", '5'), signing: true);

        var bytes = Directory.GetFiles(_folder.Root, MainDatabase.FileName + "*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.True(bytes.AsSpan().IndexOf("one"u8) >= 0);
        Assert.True(bytes.AsSpan().IndexOf("5555555555555555"u8) < 0);
    }

    [Fact]
    public async Task Import_RowTurnedIntoAKeyOfTheOtherFormat_DoesNotOpen()
    {
        await Open().ImportAsync(V1("one", '5'), signing: false);
        using (var connection = new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps).Open())
            connection.Execute("UPDATE keys SET purpose = 'sign' WHERE kid = 'one'");

        Assert.Contains("does not open the keys", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_FileLocked_FailsAndChangesNothing()
    {
        var store = Open();
        using (var connection = new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps).Open())
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ImportAsync(V1("one", '5'), signing: true).AsTask());
        }

        Assert.Null(store.Current.Find("one"));
        Assert.Equal(KeyImport.Added, await store.ImportAsync(V1("one", '5'), signing: true));
    }

    [Fact]
    public void Open_SealKeyMissing_SaysWhichFile()
    {
        Open();
        _folder.Remove("seal.key");

        Assert.Contains($"{_folder.PathOf("seal.key")} that opens them is missing", OpenError(), StringComparison.Ordinal);
        Assert.Null(_folder.ReadSecret("seal.key"));
    }

    [Fact]
    public void Open_WrongSealKey_SaysSo()
    {
        Open();
        _folder.WriteSecret("seal.key", RandomNumberGenerator.GetBytes(32));

        Assert.Contains("does not open the keys", OpenError(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(64)]
    public void Open_SealKeyOfWrongLength_SaysSo(int length)
    {
        Open();
        _folder.WriteSecret("seal.key", new byte[length]);

        Assert.Contains($"has {length} bytes and must have 32", OpenError(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_SealKeyThatOthersMayRead_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes");
        Open();
#pragma warning disable CA1416 // Not on Windows: see above.
        File.SetUnixFileMode(_folder.PathOf("seal.key"), (UnixFileMode)0b110_100_100);
#pragma warning restore CA1416

        Assert.Contains("chmod 600", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SealKeyWithoutKeysYet_IsUsed()
    {
        var seal = RandomNumberGenerator.GetBytes(32);
        _folder.WriteSecret("seal.key", seal);
        Open();

        Assert.Equal(seal, _folder.ReadSecret("seal.key")!);
    }

    [Fact]
    public void Open_SealedKeyTamperedWith_IsRefused()
    {
        Open();
        using (var connection = new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps).Open())
            connection.Execute("UPDATE keys SET kid = 'mine' WHERE purpose = 'sign'");

        Assert.Contains("does not open the keys", OpenError(), StringComparison.Ordinal);
    }
}
