namespace Portcullis.Local.Storage;

/// <summary>The folder that holds everything a local installation must not lose, readable by its owner only.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string Variable = "PORTCULLIS_DATA";

    /// <summary>The file with the first admin key.</summary>
    public const string AdminKeyFile = "admin.key";

    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Root = path;
        _lock = @lock;
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary><c>PORTCULLIS_DATA</c>, or <c>portcullis</c> in the user's local application data; never the working directory.</summary>
    public static string DefaultPath()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
            return configured;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (home.Length == 0)
            throw new InvalidOperationException($"There is no local application data folder for this user; set {Variable} to a folder.");
        return Path.Combine(home, "portcullis");
    }

    /// <summary>Creates the folder where it is missing, and takes it for this process alone.</summary>
    /// <exception cref="InvalidOperationException">Another process holds the folder, others may write to it, or they may read a secret file in it.</exception>
    public static DataFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new InvalidOperationException($"The data folder {path} can be written by others; take that right away (chmod 700) and start again.");
        CheckSecrets(path);
        try
        {
            return new DataFolder(path, new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error)
        {
            throw new InvalidOperationException($"The data folder {path} is in use by another Portcullis process; stop that one, or set {Variable} to another folder.", error);
        }
    }

    /// <summary>The full path of a file in the folder.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>A folder in the folder that only its owner may enter; made where it is missing, closed where it was open.</summary>
    public DirectoryInfo CreateFolder(string name)
    {
        var folder = Directory.CreateDirectory(PathOf(name));
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode = OwnerOnly | UnixFileMode.UserExecute;
        return folder;
    }

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    public void WriteSecret(string name, ReadOnlySpan<byte> content)
    {
        var path = PathOf(name);
        var fresh = path + ".new";
        WriteSecretFile(fresh, content);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Writes a file anywhere that only its owner may read; one that is there is replaced.</summary>
    internal static void WriteSecretFile(string path, ReadOnlySpan<byte> content)
    {
        using var file = CreateSecretFile(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Opens a new file that only its owner may read.</summary>
    internal static FileStream CreateSecretFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        // The mode is given to a new file only; one that a crash left behind would keep its own.
        File.Delete(path);
        return new FileStream(path, options);
    }

    /// <summary>Reads a secret file; null where there is none.</summary>
    /// <exception cref="InvalidOperationException">Others than its owner may read the file.</exception>
    public byte[]? ReadSecret(string name) => ReadSecretFile(PathOf(name));

    /// <inheritdoc cref="ReadSecret"/>
    internal static byte[]? ReadSecretFile(string path)
    {
        if (!File.Exists(path))
            return null;
        CheckMode(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Removes a file; nothing happens where there is none.</summary>
    public void Remove(string name) => File.Delete(PathOf(name));

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Looks at every secret file, also those that this process will never read: somebody else may have.</summary>
    private static void CheckSecrets(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*.key").Concat(Directory.EnumerateFiles(path, "connection.json")))
            CheckMode(file);
    }

    private static void CheckMode(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            throw new InvalidOperationException($"The secret file {path} can be read by others; run 'chmod 600' on it, and consider its content known.");
    }
}
