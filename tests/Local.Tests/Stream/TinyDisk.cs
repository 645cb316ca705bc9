using System.Diagnostics;

namespace Portcullis.Local.Tests.Stream;

/// <summary>A folder on a memory disk of a size. Needs the right to mount; skips the test without.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public TinyDisk(string size) => Skip.IfNot(Run("-t", "tmpfs", "-o", $"size={size}", "tmpfs", _folder.Root), "no right to mount");

    public string Root => _folder.Root;

    public void Resize(string size) => Assert.True(Run("-o", $"remount,size={size}", _folder.Root));

    public void Dispose()
    {
        using (var umount = Process.Start("umount", [_folder.Root]))
            umount.WaitForExit();
        _folder.Dispose();
    }

    private static bool Run(params string[] arguments)
    {
        try
        {
            using var mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
            mount.StandardError.ReadToEnd();
            mount.WaitForExit();
            return mount.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
