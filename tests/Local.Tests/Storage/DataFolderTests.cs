using System.Text;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Tests.Storage;

public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _parent = new();

    public void Dispose() => _parent.Dispose();

    private string Path => _parent.PathOf("data");

    [Fact]
    public void Open_NewFolder_IsTheOwnersOnly()
    {
        using var folder = DataFolder.Open(Path);

        Assert.Equal(Path, folder.Root);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
    }

    [SkippableFact]
    public void Open_OthersMayWriteToIt_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes");
        Directory.CreateDirectory(Path);
#pragma warning disable CA1416 // Not on Windows: see above.
        File.SetUnixFileMode(Path, OwnerFile | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);
#pragma warning restore CA1416

        Assert.Contains("can be written by others", Assert.Throws<InvalidOperationException>(() => DataFolder.Open(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HeldBySomebody_IsRefusedUntilHeIsDone()
    {
        var first = DataFolder.Open(Path);
        var error = Assert.Throws<InvalidOperationException>(() => DataFolder.Open(Path));
        first.Dispose();
        using var second = DataFolder.Open(Path);

        Assert.Contains("in use by another", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteSecret_OverAnOlderOne_ReplacesItForTheOwnerOnly()
    {
        using var folder = DataFolder.Open(Path);
        folder.WriteSecret("secret", "a long first text"u8);
        folder.WriteSecret("secret", "short"u8);

        Assert.Equal("short", Encoding.UTF8.GetString(folder.ReadSecret("secret")!));
        Assert.Equal(["lock", "secret"], Directory.GetFiles(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerFile, File.GetUnixFileMode(folder.PathOf("secret")));
    }

    [SkippableFact]
    public void WriteSecret_LeftoverWithALooseMode_DoesNotLendItsMode()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes");
        using var folder = DataFolder.Open(Path);
        File.WriteAllText(folder.PathOf("secret.new"), "left by a crash");
#pragma warning disable CA1416
        File.SetUnixFileMode(folder.PathOf("secret.new"), OwnerFile | UnixFileMode.OtherRead);
        folder.WriteSecret("secret", "text"u8);

        Assert.Equal(OwnerFile, File.GetUnixFileMode(folder.PathOf("secret")));
#pragma warning restore CA1416
    }

    [Fact]
    public void WriteSecret_CannotBeWritten_LeavesTheOlderOne()
    {
        using var folder = DataFolder.Open(Path);
        folder.WriteSecret("secret", "first"u8);
        Directory.CreateDirectory(folder.PathOf("secret.new"));

        Assert.ThrowsAny<Exception>(() => folder.WriteSecret("secret", "second"u8));
        Assert.Equal("first"u8, folder.ReadSecret("secret")!);
    }

    [SkippableFact]
    public void ReadSecret_OthersMayReadIt_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes");
        using var folder = DataFolder.Open(Path);
        folder.WriteSecret("secret", "text"u8);
#pragma warning disable CA1416
        File.SetUnixFileMode(folder.PathOf("secret"), OwnerFile | UnixFileMode.OtherRead);
#pragma warning restore CA1416

        Assert.Contains("can be read by others", Assert.Throws<InvalidOperationException>(() => folder.ReadSecret("secret")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSecret_NoSuchFile_IsNull()
    {
        using var folder = DataFolder.Open(Path);
        folder.Remove("secret");

        Assert.Null(folder.ReadSecret("secret"));
    }
}
