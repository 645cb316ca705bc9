using System.Formats.Tar;
using System.Text;
using Portcullis.Local.Backup;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Ledger;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Backup;

public sealed class InstallationBackupTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private readonly TempFolder _root = new();
    private readonly string _source, _file;
    private readonly DataFolder _folder;
    private readonly GroupCommitWriter _writer;
    private readonly SqliteLedger _ledger;
    private readonly SqliteKeyStore _keys;

    public InstallationBackupTests()
    {
        (_source, _file) = (_root.PathOf("source"), _root.PathOf("backup.tar"));
        _folder = DataFolder.Open(_source);
        var database = new SqliteDatabase(_folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        _keys = SqliteKeyStore.Open(_folder, database, new ManualTime());
        _folder.WriteSecret(DataFolder.AdminKeyFile, "the admin key\n"u8);
        _writer = new GroupCommitWriter("ledger", database, new ManualTime());
        _ledger = new SqliteLedger(database, _writer, new ManualTime());
    }

    public void Dispose()
    {
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
        _root.Dispose();
    }

    /// <summary>The source is open all the while, with a writer at work, as a running service has it.</summary>
    [Fact]
    public async Task Restore_OfABackupBesideAWriter_HasEverythingThatWasAcknowledgedBefore()
    {
        await RevokeAsync("before");
        using var stopping = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stopping.IsCancellationRequested; i++)
                await RevokeAsync($"during{i}");
        });
        var manifest = InstallationBackup.Create(_source, _file, null, Now);
        await stopping.CancelAsync();
        await writing;

        var restored = InstallationBackup.Restore(_file, null, _root.PathOf("target"));

        Assert.Equal((manifest.Sequence, Now), (restored.Sequence, restored.At));
        Assert.True(manifest.Sequence >= 1);
        using var folder = DataFolder.Open(_root.PathOf("target"));
        var database = new SqliteDatabase(folder.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps);
        await using var writer = new GroupCommitWriter("ledger", database, new ManualTime());
        var ledger = new SqliteLedger(database, writer, new ManualTime());
        Assert.Equal(manifest.Sequence, ledger.Current.Sequence);
        Assert.NotNull(await ledger.FindAsync("before"));
        Assert.Equal(_keys.Current.Signing!.KeyId, SqliteKeyStore.Open(folder, database, new ManualTime()).Current.Signing!.KeyId);
        Assert.Equal("the admin key\n", Encoding.ASCII.GetString(folder.ReadSecret(DataFolder.AdminKeyFile)!));
    }

    [Fact]
    public void Create_WritesFilesThatOnlyTheOwnerReads_AndLeavesNothingElse()
    {
        InstallationBackup.Create(_source, _file, _root.PathOf("seal"), Now);

        Assert.Equal(["backup.tar", "seal", "source"], new DirectoryInfo(_root.Root).GetFileSystemInfos().Select(item => item.Name).Order());
        foreach (var name in (string[])["backup.tar", "seal"])
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_root.PathOf(name)));
        }
    }

    [Fact]
    public void Restore_SealKeptApart_NeedsIt()
    {
        InstallationBackup.Create(_source, _file, _root.PathOf("seal"), Now);
        var seal = File.ReadAllBytes(_root.PathOf("seal"));
        Assert.Equal(-1, File.ReadAllBytes(_file).AsSpan().IndexOf(seal));

        Assert.Contains("without the key", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Restore(_file, null, _root.PathOf("target"))).Message, StringComparison.Ordinal);
        AssertNothingIn("target");
        File.WriteAllBytes(_root.PathOf("seal"), [.. seal.Reverse()]);
        Assert.Contains("does not open", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Restore(_file, _root.PathOf("seal"), _root.PathOf("target"))).Message, StringComparison.Ordinal);
        AssertNothingIn("target");
        File.WriteAllBytes(_root.PathOf("seal"), seal);
        InstallationBackup.Restore(_file, _root.PathOf("seal"), _root.PathOf("target"));
    }

    [Fact]
    public void Create_FileInTheWay_OverwritesNothing()
    {
        File.WriteAllText(_file, "mine");

        Assert.Contains("exists already", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Create(_source, _file, null, Now)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_file));
    }

    [Fact]
    public void Create_NoInstallation_SaysSo() =>
        Assert.Contains("no installation", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Create(_root.PathOf("none"), _file, null, Now)).Message, StringComparison.Ordinal);

    [Fact]
    public void Restore_FolderWithAnInstallation_IsRefusedAndUntouched()
    {
        InstallationBackup.Create(_source, _file, null, Now);
        var target = _root.PathOf("target");
        DataFolder.Open(target).Dispose();
        File.WriteAllText(Path.Combine(target, MainDatabase.FileName), "another");

        Assert.Contains("already", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Restore(_file, null, target)).Message, StringComparison.Ordinal);
        Assert.Equal("another", File.ReadAllText(Path.Combine(target, MainDatabase.FileName)));
        Assert.Contains("in use", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Restore(_file, null, _source)).Message, StringComparison.Ordinal);
    }

    /// <summary>Cut off anywhere, or with one byte changed: refused, and the folder as it was. Padding between entries may change.</summary>
    [Fact]
    public void Restore_DamagedArchive_LeavesNothingBehind()
    {
        InstallationBackup.Create(_source, _file, null, Now);
        var whole = File.ReadAllBytes(_file);
        var random = new Random(4);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            var damaged = i % 2 == 0 ? whole[..random.Next(whole.Length - 2_000)] : (byte[])whole.Clone();
            if (i % 2 == 1)
                damaged[random.Next(whole.Length - 2_000)] ^= 0x20;
            File.WriteAllBytes(_root.PathOf("damaged.tar"), damaged);
            try
            {
                InstallationBackup.Restore(_root.PathOf("damaged.tar"), null, _root.PathOf("target"));
                Directory.Delete(_root.PathOf("target"), recursive: true);
            }
            catch (InvalidOperationException)
            {
                refused++;
                AssertNothingIn("target");
            }
        }
        Assert.InRange(refused, 50, 60);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("connection.json")]
    public void Restore_ArchiveWithAForeignName_IsRefused(string name)
    {
        using (var archive = new TarWriter(File.Create(_file), TarEntryFormat.Pax))
        {
            var manifest = $$"""{"format":1,"at":"2026-01-01T00:00:00Z","sequence":0,"entries":[{"name":"{{name}}","length":4,"sha256":"00"}]}""";
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(manifest)) });
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("evil"u8.ToArray()) });
        }

        Assert.Contains("no part of a backup", Assert.Throws<InvalidOperationException>(() => InstallationBackup.Restore(_file, null, _root.PathOf("target"))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_root.PathOf("evil")));
        AssertNothingIn("target");
    }

    private void AssertNothingIn(string folder)
    {
        if (Directory.Exists(_root.PathOf(folder)))
            Assert.Equal(["lock"], new DirectoryInfo(_root.PathOf(folder)).GetFileSystemInfos().Select(item => item.Name));
    }

    private async Task RevokeAsync(string id) => await _ledger.AppendAsync(Decisions.Revoke(id, Subject.Session(id), DecisionSource.Manual));
}
