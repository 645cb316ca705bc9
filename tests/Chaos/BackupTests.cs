namespace Portcullis.Chaos;

/// <summary>The embedded store is backed up under a running service and brought back on another machine.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task Restore_OnAnotherMachine_BlocksWhatWasBlockedAndHonoursItsTokens()
    {
        using ServiceProcess first = new(), second = new();
        var archive = Path.Combine(first.DataFolder, "backup.tar");
        await first.StartAsync();
        var pirate = await first.PostAsync("/v1/tokens", new { asset = "sample-vod" });
        var honest = await first.PostAsync("/v1/tokens", new { asset = "sample-vod" });
        var decision = await first.PostAsync("/v1/revocations", new { sid = pirate.GetProperty("sid").GetString(), reason = "backup test" });
        var (exitCode, output) = await first.CliAsync("backup", "--out", archive);
        Assert.True(exitCode == 0, output);
        await first.PostAsync("/v1/revocations", new { sid = honest.GetProperty("sid").GetString(), reason = "after the backup: not in it" });
        first.Kill();

        (exitCode, output) = await first.CliAsync("restore", "--from", archive, "--data", second.DataFolder);
        Assert.True(exitCode == 0, output);
        await second.StartAsync();

        var standing = (await second.GetAsync("/v1/revocations")).GetProperty("revocations").EnumerateArray().Select(one => one.GetProperty("id").GetString());
        Assert.Equal([decision.GetProperty("id").GetString()], standing);
        Assert.Equal(403, await second.PlayAsync(pirate.GetProperty("playbackUrl").GetString()!));
        Assert.Equal(200, await second.PlayAsync(honest.GetProperty("playbackUrl").GetString()!));
    }

    [Fact]
    public async Task Restore_IntoARunningInstallation_IsRefused()
    {
        using var service = new ServiceProcess();
        await service.StartAsync();
        var archive = Path.Combine(service.DataFolder, "backup.tar");
        Assert.Equal(0, (await service.CliAsync("backup", "--out", archive)).ExitCode);

        var (exitCode, output) = await service.CliAsync("restore", "--from", archive);

        Assert.Equal(1, exitCode);
        Assert.Contains("in use", output, StringComparison.Ordinal);
    }
}
