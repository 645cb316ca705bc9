using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Keys;

/// <summary>Seals secrets under a key (AES-256-GCM, a nonce drawn for each box), so that they may lie where more people may read than may know them.</summary>
public class SecretSeal
{
    /// <summary>Length of the key, in bytes.</summary>
    public const int KeyLength = 32;

    private const int NonceLength = 12, TagLength = 16;

    private readonly byte[] _key;

    /// <param name="key">The key; 32 random bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public SecretSeal(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
            throw new ArgumentException($"The key has {key.Length} bytes and must have {KeyLength}.", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>Seals a secret.</summary>
    /// <param name="name">What the secret belongs to; only the same name opens it.</param>
    /// <param name="secret">The secret.</param>
    public byte[] Close(string name, ReadOnlySpan<byte> secret)
    {
        using var aes = new AesGcm(_key, TagLength);
        var box = new byte[NonceLength + TagLength + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        aes.Encrypt(box.AsSpan(0, NonceLength), secret, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(name));
        return box;
    }

    /// <summary>Opens what <see cref="Close"/> sealed.</summary>
    /// <param name="name">What the secret belongs to.</param>
    /// <param name="box">What was sealed.</param>
    /// <exception cref="AuthenticationTagMismatchException">Another key, another name, or a changed box.</exception>
    public byte[] Open(string name, ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceLength + TagLength)
            throw new AuthenticationTagMismatchException();
        using var aes = new AesGcm(_key, TagLength);
        var secret = new byte[box.Length - NonceLength - TagLength];
        aes.Decrypt(box[..NonceLength], box[(NonceLength + TagLength)..], box.Slice(NonceLength, TagLength), secret, Encoding.UTF8.GetBytes(name));
        return secret;
    }
}
