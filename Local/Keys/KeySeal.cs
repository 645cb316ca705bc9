using System.Security.Cryptography;
using System.Text;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Keys;

/// <summary>Seals secrets (AES-256-GCM) under a key file that only its owner may read.</summary>
internal sealed class KeySeal
{
    public const string FileName = "seal.key";
    private const int Length = 32, NonceLength = 12, TagLength = 16;

    private readonly byte[] _key;

    private KeySeal(byte[] key) => _key = key;

    /// <summary>Reads the key file; draws it where nothing is sealed yet.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="database">Path of the database with the sealed keys, for messages.</param>
    /// <param name="inUse">Whether anything is sealed.</param>
    /// <exception cref="InvalidOperationException">The file is missing, or is no key file.</exception>
    public static KeySeal Open(DataFolder folder, string database, bool inUse)
    {
        var path = folder.PathOf(FileName);
        if (folder.ReadSecret(FileName) is not { } key)
        {
            if (inUse)
                throw new InvalidOperationException($"The keys in {database} are sealed, and the file {path} that opens them is missing; restore it from the backup.");
            key = RandomNumberGenerator.GetBytes(Length);
            folder.WriteSecret(FileName, key);
        }
        return key.Length == Length
            ? new KeySeal(key)
            : throw new InvalidOperationException($"The key file {path} has {key.Length} bytes and must have {Length}; restore it from the backup.");
    }

    /// <summary>Where the key file is, for messages.</summary>
    public static string PathIn(DataFolder folder) => folder.PathOf(FileName);

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

    /// <exception cref="AuthenticationTagMismatchException">Another key file, another name, or a changed box.</exception>
    public byte[] Open(string name, byte[] box)
    {
        using var aes = new AesGcm(_key, TagLength);
        var secret = new byte[box.Length - NonceLength - TagLength];
        aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), secret, Encoding.UTF8.GetBytes(name));
        return secret;
    }
}
