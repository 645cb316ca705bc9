using System.Text.Json;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Api.Endpoints;
using Portcullis.Engine;
using Portcullis.Local.Storage;

namespace Portcullis.Api.Hosting;

/// <summary>The files by which the owner of the data folder finds and enters the running service.</summary>
internal static class Connection
{
    public const string AdminKeyFile = DataFolder.AdminKeyFile, ConnectionFile = "connection.json";

    /// <summary>Makes the first admin key of a new installation, or takes the given one, and writes it to its file.</summary>
    public static async Task EnsureAdminKeyAsync(DataFolder folder, string? given, IApiKeyStore keys, TimeProvider time, CancellationToken cancellation)
    {
        var isKnown = given is null ? keys.List().Count > 0 : keys.Find(ApiKeySecret.Hash(given)) is { Role: ApiRole.Admin };
        if (isKnown && given is null)
            return;
        var (key, drawn) = ApiKeyEndpoints.Draw(given is null ? "admin of this installation" : "admin by the setting Api:AdminKey", ApiRole.Admin, time);
        var secret = given ?? drawn;
        // The file first: a crash in between leaves a file that the next start overwrites, not a key that nobody holds.
        folder.WriteSecret(AdminKeyFile, System.Text.Encoding.ASCII.GetBytes(secret + "\n"));
        if (isKnown)
            return;
        await keys.AddAsync(key, ApiKeySecret.Hash(secret), cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes where the running service is, for the command line.</summary>
    public static void Write(DataFolder folder, Uri api, Uri edge) => folder.WriteSecret(
        ConnectionFile,
        JsonSerializer.SerializeToUtf8Bytes(new { api = api.ToString().TrimEnd('/'), edge = edge.ToString().TrimEnd('/'), keyFile = folder.PathOf(AdminKeyFile), processId = Environment.ProcessId }));

    public static void Remove(DataFolder folder) => folder.Remove(ConnectionFile);
}
