using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

public sealed class HostingTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = RunningService.NewFolder();

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Start_ConnectionFile_SaysWhereAndGoesWithTheService()
    {
        var path = Path.Combine(_folder, "connection.json");
        string[] expected;
        JsonElement connection;
        await using (var service = await RunningService.StartAsync(_folder))
        {
            connection = JsonElement.Parse(await File.ReadAllTextAsync(path));
            expected = [service.ApiUrl.ToString().TrimEnd('/'), service.EdgeUrl.ToString().TrimEnd('/'), Path.Combine(_folder, "admin.key")];
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(_folder, "admin.key")));
                var secret = Directory.GetFiles(_folder, "*.db*").Append(Path.Combine(_folder, "seal.key")).ToList();
                Assert.Superset(new HashSet<string?> { "seal.key", "portcullis.db", "portcullis.db-wal", "sessions.db" }, secret.Select(Path.GetFileName).ToHashSet());
                foreach (var file in secret)
                    Assert.Equal((file, OwnerOnly), (file, File.GetUnixFileMode(file)));
                // What lies in them is closed by the folder.
                foreach (var folder in new[] { "", "stream", "console-keys" })
                    Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, folder)));
            }
        }

        Assert.Equal(expected, new[] { "api", "edge", "keyFile" }.Select(name => connection.GetProperty(name).GetString()));
        Assert.Equal(Environment.ProcessId, connection.GetProperty("processId").GetInt32());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Restart_SameFolder_KeepsEverything()
    {
        Ticket revoked, playing;
        string issuerKey, adminKey, signingKey;
        await using (var service = await RunningService.StartAsync(_folder))
        {
            (issuerKey, adminKey) = (service.IssuerKey, service.AdminKey);
            (await service.Admin.PutAsJsonAsync("/v1/assets/kept", new { path = "/vod/sample/master.m3u8", policy = new { lifetime = 77 } })).EnsureSuccessStatusCode();
            (await service.Admin.DeleteAsync("/v1/assets/sample-vod")).EnsureSuccessStatusCode();
            (revoked, playing) = (await service.MintAsync(account: "one"), await service.MintAsync(account: "one"));
            await Eventually.TrueAsync(async () => await StatusAsync(service, playing) == HttpStatusCode.OK, "the session plays");
            await service.RevokeAsync(new { sid = revoked.Sid, reason = "kept" });
            signingKey = (await service.GetAsync("/v1/status")).GetProperty("signingKey").GetString()!;
        }

        await using (var service = await RunningService.StartAsync(_folder))
        {
            using var issuer = service.ClientWith(issuerKey);

            await Eventually.TrueAsync(async () => await StatusAsync(service, playing) == HttpStatusCode.OK, "the session plays on");
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(service, revoked));
            Assert.Equal(adminKey, service.AdminKey);
            Assert.Equal(signingKey, (await service.GetAsync("/v1/status")).GetProperty("signingKey").GetString());
            Assert.Equal("kept", (await service.GetAsync("/v1/revocations")).GetProperty("revocations")[0].GetProperty("reason").GetString());
            Assert.Equal(["kept", "sample-live"], (await service.GetAsync("/v1/assets")).GetProperty("assets").EnumerateArray().Select(asset => asset.GetProperty("id").GetString()));
            Assert.Equal(77, (await service.GetAsync("/v1/assets/kept")).GetProperty("policy").GetProperty("lifetime").GetInt32());
            Assert.Equal(HttpStatusCode.OK, (await issuer.PostAsJsonAsync("/v1/tokens", new { asset = "kept" })).StatusCode);
            Assert.Equal(playing.Sid[..10], (await service.MintAsync(account: "one")).Sid[..10]);
            Assert.True(await service.SessionAsync(playing.Sid) is { } session && session.GetProperty("lines").GetInt64() >= 1);
        }
    }

    [Fact]
    public async Task Start_FolderInUse_SaysSoAndLeavesTheOtherAlone()
    {
        await using var service = await RunningService.StartAsync(_folder);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder));

        Assert.Contains($"{_folder} is in use by another Portcullis process", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "connection.json")));
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/live")).StatusCode);
    }

    [Theory]
    [InlineData("Api:Url")]
    [InlineData("Edge:Url")]
    public async Task Start_PortInUse_NamesTheSettingAndFreesTheFolder(string setting)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder, $"--{setting}=http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}"));
        await using var service = await RunningService.StartAsync(_folder);

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api:Url", "https://127.0.0.1:0")]
    [InlineData("Api:Url", "nonsense")]
    [InlineData("Api:Url", "http://media.example.com:0")]
    [InlineData("Api:Url", "http://192.0.2.1:0")]
    [InlineData("Edge:Url", "http://media.example.com:0")]
    [InlineData("Edge:Url", "http://127.0.0.1/path")]
    [InlineData("Edge:Url", "http://192.0.2.1:0")]
    [InlineData("Edge:TrustViewerHeaders", "maybe")]
    [InlineData("Accounts:MaxSessions", "0")]
    [InlineData("Accounts:MaxSessions", "three")]
    [InlineData("Accounts:MaxSessions", "1001")]
    [InlineData("Accounts:WhenFull", "ask")]
    [InlineData("Accounts:MaxOutstandingTokens", "-1")]
    [InlineData("Accounts:MintsPerMinute", "10001")]
    [InlineData("Edge:MediaFolder", "/no/such/folder")]
    [InlineData("Detection:PolicyFile", "/no/such/policy.json")]
    [InlineData("Keys:RotateEvery", "24:00")]
    [InlineData("Keys:RotateEvery", "59m")]
    [InlineData("Keys:RotateEvery", "366d")]
    [InlineData("Keys:RotateEvery", "99999999999h")]
    [InlineData("Keys:RotateEvery", "-1d")]
    [InlineData("Keys:RotateEvery", "d")]
    [InlineData("Keys:RotateEvery", "never")]
    [InlineData("Keys:StuckAfter", "0m")]
    [InlineData("Keys:StuckAfter", "off")]
    public async Task Start_SettingThatCannotBe_NamesIt(string setting, string value)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder, $"--{setting}={value}"));

        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.Contains(setting.Split(':')[1], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PolicyFileWithAWrongField_NamesSettingFileAndField()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "revokeAt": 101, "pace": { "weight": -1 } }""");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder, $"--Detection:PolicyFile={file}"));
        File.Delete(file);

        foreach (var named in new[] { "Detection:PolicyFile", file, "revokeAt: 101 must be 1 to 100", "pace.weight: -1 must be 0 to 100" })
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Start_FolderThatOthersMayWrite_Refused(UnixFileMode others)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes");
        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, OwnerOnly | UnixFileMode.UserExecute | others);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder));

        Assert.Contains("can be written by others", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [SkippableTheory]
    [InlineData("seal.key", UnixFileMode.GroupRead)]
    [InlineData("seal.key", UnixFileMode.OtherRead)]
    [InlineData("admin.key", UnixFileMode.OtherRead)]
    [InlineData("connection.json", UnixFileMode.OtherWrite)]
    public async Task Start_SecretFileThatOthersMayRead_RefusedByName(string name, UnixFileMode others)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes");
        await (await RunningService.StartAsync(_folder)).DisposeAsync();
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
            await File.WriteAllTextAsync(path, "{}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly | others);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
        await using var service = await RunningService.StartAsync(_folder);

        Assert.Contains($"{path} can be read by others; run 'chmod 600'", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_DatabaseThatOthersMayRead_IsClosedToThem()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes");
        await (await RunningService.StartAsync(_folder)).DisposeAsync();
        var path = Path.Combine(_folder, "portcullis.db");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);
            await using var service = await RunningService.StartAsync(_folder);

            Assert.Equal((OwnerOnly, OwnerOnly), (File.GetUnixFileMode(path), File.GetUnixFileMode(path + "-wal")));
        }
    }

    [Fact]
    public async Task Start_FolderIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(_folder, "");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder));
        File.Delete(_folder);

        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseIsNone_SaysSo()
    {
        await (await RunningService.StartAsync(_folder)).DisposeAsync();
        foreach (var database in Directory.EnumerateFiles(_folder, "*.db*"))
            await File.WriteAllTextAsync(database, new string('x', 8_192));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(_folder));

        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A start that ended between making the admin key's file and storing the key must not lock everybody out.</summary>
    [Fact]
    public async Task Start_AdminKeyFileWithoutKey_IsReplaced()
    {
        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, OwnerOnly | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(_folder, "admin.key"), "ptc_admin_never-stored\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder, "admin.key"), OwnerOnly);

        await using var service = await RunningService.StartAsync(_folder);

        Assert.NotEqual("ptc_admin_never-stored", service.AdminKey);
        Assert.Equal(HttpStatusCode.OK, (await service.Admin.GetAsync("/v1/api-keys")).StatusCode);
    }

    [Fact]
    public async Task Start_AdminKeyGiven_HoldsInItsFileAndIsAddedOnce()
    {
        string first = "ptc_admin_" + new string('a', 32), second = "ptc_admin_" + new string('b', 200);
        await using (var service = await RunningService.StartAsync(_folder, $"--Api:AdminKey={first}"))
        {
            Assert.Equal(first, service.AdminKey);
            Assert.Equal(["admin by the setting Api:AdminKey"], await AdminKeysAsync(service));
            Assert.DoesNotContain(first, service.Log.Text, StringComparison.Ordinal);
        }

        await using (var service = await RunningService.StartAsync(_folder, $"--Api:AdminKey={first}"))
            Assert.Single(await AdminKeysAsync(service));

        // Another key is added, as by hand; the one before holds until somebody withdraws it.
        await using (var service = await RunningService.StartAsync(_folder, $"--Api:AdminKey={second}"))
        {
            using var before = service.ClientWith(first);

            Assert.Equal(second, service.AdminKey);
            Assert.Equal(2, (await AdminKeysAsync(service)).Count);
            Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/v1/api-keys")).StatusCode);
        }
    }

    private static async Task<List<string?>> AdminKeysAsync(RunningService service) =>
        [.. (await service.Admin.GetFromJsonAsync<JsonElement>("/v1/api-keys")).GetProperty("apiKeys").EnumerateArray()
            .Where(key => key.GetProperty("role").GetString() == "admin").Select(key => key.GetProperty("name").GetString())];

    private static async Task<HttpStatusCode> StatusAsync(RunningService service, Ticket ticket)
    {
        using var player = new Player(new Uri(service.EdgeUrl, ticket.PlaybackUrl.AbsolutePath));
        return await player.OpenAsync();
    }
}
