using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Access;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;

namespace Portcullis.Api.Tests;

public sealed class ApiKeyTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync() => _service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Create_Key_ShowsItsSecretOnceAndKeepsOnlyItsHash()
    {
        var created = await _service.CreateKeyAsync("operator", " night watch ");
        var secret = created.GetProperty("key").GetString()!;

        var list = await _service.Admin.GetStringAsync("/v1/api-keys");
        var files = await Task.WhenAll(Directory.EnumerateFiles(_service.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not "admin.key" and not "lock").Select(async file => (Name: file, Bytes: await ReadAsync(file))));

        Assert.Matches("^ptc_operator_[0-9A-Za-z]{43}$", secret);
        Assert.Equal("night watch", created.GetProperty("name").GetString());
        Assert.Contains(created.GetProperty("id").GetString()!, list, StringComparison.Ordinal);
        Assert.DoesNotContain("ptc_", list, StringComparison.Ordinal);
        foreach (var (name, bytes) in files)
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret[^43..])) < 0, $"{name} holds a secret");
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(_service.AdminKey[^43..])) < 0, $"{name} holds the admin key");
        }
        Assert.Contains(files, file => file.Bytes.AsSpan().IndexOf(SHA256.HashData(Encoding.ASCII.GetBytes(secret))) >= 0);
    }

    [Fact]
    public async Task Delete_Key_IsRefusedAtOnce()
    {
        var created = await _service.CreateKeyAsync("operator");
        using var client = _service.ClientWith(created.GetProperty("key").GetString());
        var before = await client.GetAsync("/v1/status");

        var deleted = await _service.Admin.DeleteAsync($"/v1/api-keys/{created.GetProperty("id").GetString()}");
        var after = await client.GetAsync("/v1/status");
        var again = await _service.Admin.DeleteAsync($"/v1/api-keys/{created.GetProperty("id").GetString()}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (before.StatusCode, deleted.StatusCode, after.StatusCode));
        Assert.Equal(404, (await Refusal.ReadAsync(again)).Code);
    }

    [Fact]
    public async Task Delete_LastAdminKey_Conflict()
    {
        var first = await AdminIdsAsync();

        var refusal = await Refusal.ReadAsync(await _service.Admin.DeleteAsync($"/v1/api-keys/{Assert.Single(first)}"));

        Assert.Equal((409, "conflict"), (refusal.Code, refusal.Type));
        Assert.Equal(first, await AdminIdsAsync());
    }

    [Fact]
    public async Task Delete_AllAdminKeysAtTheSameTime_OneStays()
    {
        for (var i = 0; i < 7; i++)
            await _service.CreateKeyAsync("admin");
        var ids = await AdminIdsAsync();

        var store = _service.Services.GetRequiredService<IApiKeyStore>();

        // At the store: over HTTP the asking key may be gone before the last request is looked at.
        var removed = await Task.WhenAll(ids.Select(id => store.RemoveAsync(id).AsTask()));

        Assert.Equal(7, removed.Count(done => done));
        Assert.Single(store.List(), key => key.Role == ApiRole.Admin);
    }

    private async Task<List<string>> AdminIdsAsync() =>
        [.. (await _service.Admin.GetFromJsonAsync<System.Text.Json.JsonElement>("/v1/api-keys")).GetProperty("apiKeys").EnumerateArray()
            .Where(key => key.GetProperty("role").GetString() == "admin").Select(key => key.GetProperty("id").GetString()!)];

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return copy.ToArray();
    }
}
