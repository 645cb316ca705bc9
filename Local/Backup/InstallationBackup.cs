using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Backup;

/// <summary>
/// Copies what an installation must not lose into one file, also while the service runs, and brings it back: the main database and the secrets
/// that go with it. Sessions and log lines are of the hour and are left out.
/// </summary>
/// <remarks>A tar archive that only its owner may read. Its first entry says what the others must be.</remarks>
public static class InstallationBackup
{
    private const string ManifestName = "manifest.json";
    private const int Format = 1;

    private static readonly string[] Secrets = [KeySeal.FileName, DataFolder.AdminKeyFile];

    /// <summary>Writes a backup.</summary>
    /// <param name="dataFolder">The data folder; a running service keeps it.</param>
    /// <param name="file">The archive; must not exist yet.</param>
    /// <param name="sealFile">Where the key goes that opens the sealed keys; null puts it into the archive. Must not exist yet.</param>
    /// <param name="now">When.</param>
    /// <exception cref="InvalidOperationException">There is nothing to back up, a file is in the way, or a secret file can be read by others.</exception>
    public static BackupManifest Create(string dataFolder, string file, string? sealFile, DateTimeOffset now)
    {
        var database = Path.Combine(Path.GetFullPath(dataFolder), MainDatabase.FileName);
        if (!File.Exists(database))
            throw new InvalidOperationException($"There is no installation in {dataFolder}: {MainDatabase.FileName} is missing.");
        foreach (var target in (string?[])[file, sealFile])
        {
            if (File.Exists(target))
                throw new InvalidOperationException($"{target} exists already; a backup never overwrites another.");
        }
        var (copy, unfinished) = (file + ".db", file + ".new");
        try
        {
            var sequence = CopyDatabase(database, copy);
            var parts = new List<(string Name, string Path)> { (MainDatabase.FileName, copy) };
            foreach (var name in Secrets)
            {
                var path = Path.Combine(dataFolder, name);
                if (DataFolder.ReadSecretFile(path) is not { } secret)
                    continue;
                if (sealFile is not null && name == KeySeal.FileName)
                    DataFolder.WriteSecretFile(sealFile, secret);
                else
                    parts.Add((name, path));
            }
            var manifest = new BackupManifest(Format, now, sequence, [.. parts.Select(part => EntryOf(part.Name, part.Path))]);
            WriteArchive(unfinished, manifest, parts);
            File.Move(unfinished, file);
            return manifest;
        }
        finally
        {
            File.Delete(copy);
            File.Delete(unfinished);
        }
    }

    /// <summary>Brings a backup back into a folder that holds no installation.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="sealFile">The key that opens the sealed keys, where it is not in the archive.</param>
    /// <param name="dataFolder">The data folder; missing, or without an installation.</param>
    /// <exception cref="InvalidOperationException">The archive is damaged, the folder is in use, or the keys cannot be opened; the folder is as it was.</exception>
    public static BackupManifest Restore(string file, string? sealFile, string dataFolder)
    {
        var seal = sealFile is null ? null : DataFolder.ReadSecretFile(sealFile) ?? throw new InvalidOperationException($"There is no file {sealFile}.");
        if (!File.Exists(file))
            throw new InvalidOperationException($"There is no file {file}.");
        using var folder = DataFolder.Open(dataFolder);
        if (Secrets.Append(MainDatabase.FileName).FirstOrDefault(name => File.Exists(folder.PathOf(name))) is { } present)
            throw new InvalidOperationException($"{folder.Root} holds an installation already ({present}); restore into an empty folder.");
        try
        {
            var manifest = ReadArchive(file, folder);
            if (seal is not null)
                folder.WriteSecret(KeySeal.FileName, seal);
            if (!File.Exists(folder.PathOf(KeySeal.FileName)))
                throw new InvalidOperationException($"{file} was written without the key that opens its sealed keys; name the file that has it.");
            CheckDatabase(folder);
            return manifest;
        }
        catch (Exception error)
        {
            foreach (var name in (string[])[.. Secrets, MainDatabase.FileName, MainDatabase.FileName + "-wal", MainDatabase.FileName + "-shm"])
                folder.Remove(name);
            if (error is InvalidDataException or EndOfStreamException or JsonException or SqliteException)
                throw new InvalidOperationException($"{file} is no backup, or not a whole one: {error.Message}", error);
            throw;
        }
    }

    /// <summary>A copy of one moment, also beside a writer.</summary>
    private static long CopyDatabase(string database, string copy)
    {
        DataFolder.WriteSecretFile(copy, []);
        using (var source = SqliteDatabase.OpenToRead(database))
            source.Execute("VACUUM INTO :copy", (":copy", copy));
        using var connection = SqliteDatabase.OpenToRead(copy);
        return connection.Scalar("SELECT max(sequence) FROM decisions") as long? ?? 0;
    }

    private static void CheckDatabase(DataFolder folder)
    {
        var database = new SqliteDatabase(folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        using (var connection = database.Open())
        {
            if (connection.Scalar("PRAGMA integrity_check") is not "ok")
                throw new InvalidDataException($"{MainDatabase.FileName} is damaged");
        }
        // Throws where the seal is not the one that the keys were sealed with.
        SqliteKeyStore.Open(folder, database, TimeProvider.System);
    }

    private static void WriteArchive(string file, BackupManifest manifest, List<(string Name, string Path)> parts)
    {
        using var output = DataFolder.CreateSecretFile(file);
        using (var archive = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            Add(archive, ManifestName, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, StoredJson.Options)));
            foreach (var (name, path) in parts)
                Add(archive, name, File.OpenRead(path));
        }
        output.Flush(flushToDisk: true);
    }

    private static void Add(TarWriter archive, string name, System.IO.Stream content)
    {
        using (content)
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = DataFolder.OwnerOnly });
    }

    private static BackupManifest ReadArchive(string file, DataFolder folder)
    {
        using var input = File.OpenRead(file);
        using var archive = new TarReader(input);
        if (archive.GetNextEntry() is not { Name: ManifestName, DataStream: { } text } || JsonSerializer.Deserialize<BackupManifest>(text, StoredJson.Options) is not { } manifest)
            throw new InvalidDataException($"it does not begin with {ManifestName}");
        if (manifest.Format != Format)
            throw new InvalidOperationException($"{file} has format {manifest.Format}; this build reads {Format}.");
        var missing = manifest.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        while (archive.GetNextEntry() is { } entry)
        {
            // Names become paths: only those that a backup has.
            if ((entry.Name != MainDatabase.FileName && !Secrets.Contains(entry.Name)) || !missing.Remove(entry.Name, out var expected))
                throw new InvalidDataException($"it holds '{entry.Name}', which is no part of a backup");
            using (var output = DataFolder.CreateSecretFile(folder.PathOf(entry.Name)))
            {
                entry.DataStream?.CopyTo(output);
                output.Flush(flushToDisk: true);
            }
            if (EntryOf(entry.Name, folder.PathOf(entry.Name)) != expected)
                throw new InvalidDataException($"{entry.Name} is not what was backed up");
        }
        if (missing.Count > 0)
            throw new InvalidDataException($"{missing.Keys.First()} is missing");
        return manifest;
    }

    private static BackupEntry EntryOf(string name, string path)
    {
        using var content = File.OpenRead(path);
        return new BackupEntry(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
