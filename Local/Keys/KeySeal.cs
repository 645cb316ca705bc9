using System.Security.Cryptography;
using Portcullis.Keys;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Keys;

/// <summary>Seals secrets under a key file that only its owner may read.</summary>
internal sealed class KeySeal : SecretSeal
{
    public const string FileName = "seal.key";

    private KeySeal(byte[] key)
        : base(key)
    {
    }

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
            key = RandomNumberGenerator.GetBytes(KeyLength);
            folder.WriteSecret(FileName, key);
        }
        return key.Length == KeyLength
            ? new KeySeal(key)
            : throw new InvalidOperationException($"The key file {path} has {key.Length} bytes and must have {KeyLength}; restore it from the backup.");
    }

    /// <summary>Where the key file is, for messages.</summary>
    public static string PathIn(DataFolder folder) => folder.PathOf(FileName);
}
