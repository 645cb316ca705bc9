using System.Security.Cryptography;

namespace Portcullis.Keys;

public sealed class SecretSealTests
{
    private static readonly byte[] Secret = "whsec_of a receiver"u8.ToArray();

    private readonly SecretSeal _seal = new(new byte[32]);

    [Fact]
    public void Open_SameKeyAndName_GivesTheSecret()
    {
        var box = _seal.Close("webhook:wh_1", Secret);

        Assert.Equal(Secret, new SecretSeal(new byte[32]).Open("webhook:wh_1", box));
        Assert.True(box.AsSpan().IndexOf("whsec"u8) < 0);
        Assert.NotEqual(box, _seal.Close("webhook:wh_1", Secret));
    }

    [Fact]
    public void Open_AnythingElse_IsRefused()
    {
        var box = _seal.Close("webhook:wh_1", Secret);
        byte[] changed = [.. box[..^1], (byte)(box[^1] ^ 1)];

        Assert.Throws<AuthenticationTagMismatchException>(() => _seal.Open("webhook:wh_2", box));
        Assert.Throws<AuthenticationTagMismatchException>(() => _seal.Open("webhook:wh_1", changed));
        Assert.Throws<AuthenticationTagMismatchException>(() => _seal.Open("webhook:wh_1", box.AsSpan(0, 20)));
        Assert.Throws<AuthenticationTagMismatchException>(() => new SecretSeal([.. new byte[31], 1]).Open("webhook:wh_1", box));
        Assert.Throws<ArgumentException>(() => new SecretSeal(new byte[16]));
    }
}
