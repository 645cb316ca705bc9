using Portcullis.Tokens;

namespace Portcullis.Keys;

public sealed class KeySetTests
{
    private static readonly byte[] Secret = [.. Enumerable.Repeat((byte)7, 32)];
    private static readonly byte[] Other = [.. Enumerable.Repeat((byte)8, 32)];

    [Fact]
    public void Find_LiveKey_IsFoundByItsExactId()
    {
        var keys = new KeySet("k1", [Gate.KeyOf("k1", 1), Gate.KeyOf("K1", 3)]);

        Assert.Same(keys.Signing, keys.Find("k1"));
        Assert.Equal("K1", keys.Find("K1")!.KeyId);
        Assert.Null(keys.Find("k2"));
        Assert.Null(keys.Find(""));
    }

    [Fact]
    public void New_SigningKeyNotAmongTheKeys_Throws() =>
        Assert.Throws<ArgumentException>("signing", () => new KeySet("k2", [Gate.KeyOf("k1", 1)]));

    [Fact]
    public void New_KeyIdTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => new KeySet(null, [Gate.KeyOf("k1", 1), Gate.KeyOf("k1", 3)]));

    [Fact]
    public void New_NoSigningKey_StillVerifies()
    {
        var keys = new KeySet(null, [Gate.KeyOf("k1", 1)]);

        Assert.Null(keys.Signing);
        Assert.NotNull(keys.Find("k1"));
    }

    [Fact]
    public void SigningAt_LeaveHasEnded_IsNull()
    {
        var keys = new KeySet("k1", [Gate.KeyOf("k1", 1)]) { SignsUntil = 1_000 };

        Assert.Same(keys.Signing, keys.SigningAt(1_000));
        Assert.Null(keys.SigningAt(1_001));
        Assert.NotNull(new KeySet("k1", [Gate.KeyOf("k1", 1)]).SigningAt(long.MaxValue));
    }

    [Fact]
    public void VerifiesTheSameAs_SameKeyIdOtherSecret_IsFalse()
    {
        var key = Gate.KeyOf("k1", 1);
        var keys = new KeySet("k1", [key]);

        Assert.True(keys.VerifiesTheSameAs(new KeySet(null, [key])));
        Assert.False(keys.VerifiesTheSameAs(new KeySet("k1", [Gate.KeyOf("k1", 3)])));
        Assert.False(keys.VerifiesTheSameAs(new KeySet("k1", [key, Gate.KeyOf("k2", 3)])));
        Assert.False(keys.VerifiesTheSameAs(KeySet.Empty));
    }

    [Fact]
    public void NewSigningKey_ShortOrEqualSecrets_ThrowsWithoutShowingThem()
    {
        Assert.Throws<ArgumentException>("sign", () => new SigningKey("k", Secret.AsSpan(1), Other));
        Assert.Throws<ArgumentException>("bind", () => new SigningKey("k", Secret, Other.AsSpan(1)));
        Assert.Throws<ArgumentException>("bind", () => new SigningKey("k", Secret, Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void NewSigningKey_InvalidKeyId_Throws(string keyId) =>
        Assert.Throws<ArgumentException>("keyId", () => new SigningKey(keyId, Secret, Other));

    [Fact]
    public void ExportSecrets_ClearedByTheCaller_LeavesTheKeyWhole()
    {
        var key = Gate.KeyOf("k1", 1);
        var (sign, bind) = key.ExportSecrets();

        Array.Clear(sign);
        Array.Clear(bind);

        Assert.All(key.ExportSecrets().Sign, value => Assert.Equal(1, value));
        Assert.All(key.ExportSecrets().Bind, value => Assert.Equal(2, value));
    }

    [Fact]
    public void Draw_Twice_GivesDifferentSecrets()
    {
        var (sign, bind) = SigningKey.Draw("k1").ExportSecrets();

        Assert.NotEqual(sign, bind);
        Assert.NotEqual(sign, SigningKey.Draw("k1").ExportSecrets().Sign);
    }

    [Fact]
    public void Construct_V1Signing_IsAKeyOfThatFormatAmongThem()
    {
        var v1 = SigningKey.ForV1("old", new string('5', 128));
        var keys = new KeySet("k1", [Gate.KeyOf("k1", 1), v1], "old");

        Assert.Equal(("k1", v1), (keys.Signing!.KeyId, keys.V1Signing));
        Assert.Null(new KeySet("k1", [Gate.KeyOf("k1", 1), v1]).V1Signing);
        Assert.Throws<ArgumentException>("v1Signing", () => new KeySet("k1", [Gate.KeyOf("k1", 1), v1], "k1"));
        Assert.Throws<ArgumentException>("v1Signing", () => new KeySet("k1", [Gate.KeyOf("k1", 1), v1], "gone"));
    }
}
