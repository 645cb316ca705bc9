using System.Text.Json.Nodes;
using Portcullis.Aws.Json;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Secrets;

/// <summary>Somebody else who looks at a secret in moto and writes to it.</summary>
internal sealed class TestSecret(ServerProcess server) : IDisposable
{
    public const string Name = "portcullis/keys";

    private readonly JsonServiceClient _client = new(JsonService.SecretsManager, AwsServers.ConnectTo(server.Url));

    /// <summary>A secret with a text, or without a version.</summary>
    public Task CreateAsync(string? text)
    {
        var input = new JsonObject { ["Name"] = Name, ["ClientRequestToken"] = Guid.NewGuid().ToString() };
        if (text is not null)
            input["SecretString"] = text;
        return CallAsync("CreateSecret", input);
    }

    /// <summary>What is current.</summary>
    public async Task<string> ReadAsync() => (string)(await CallAsync("GetSecretValue", new JsonObject { ["SecretId"] = Name, ["VersionStage"] = "AWSCURRENT" }))["SecretString"]!;

    /// <summary>Makes a text the current version.</summary>
    public Task WriteAsync(string text) => CallAsync("PutSecretValue", new JsonObject { ["SecretId"] = Name, ["SecretString"] = text, ["ClientRequestToken"] = Guid.NewGuid().ToString() });

    /// <summary>Leaves a version behind as a process does that is killed before the second call.</summary>
    public Task LeavePendingAsync(string text) =>
        CallAsync("PutSecretValue", new JsonObject { ["SecretId"] = Name, ["SecretString"] = text, ["ClientRequestToken"] = Guid.NewGuid().ToString(), ["VersionStages"] = new JsonArray("AWSPENDING") });

    /// <summary>The labels of all versions, some of which have none.</summary>
    public async Task<List<string[]>> LabelsAsync() =>
        [.. (await CallAsync("DescribeSecret", new JsonObject { ["SecretId"] = Name }))["VersionIdsToStages"]!.AsObject().Select(version => version.Value!.AsArray().Select(label => (string)label!).ToArray())];

    public void Dispose() => _client.Dispose();

    private Task<JsonObject> CallAsync(string operation, JsonObject input) =>
        _client.CallAsync(operation, input);
}
