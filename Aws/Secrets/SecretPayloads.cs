using System.Text.Json.Serialization;

namespace Portcullis.Aws.Secrets;

/// <summary>What GetSecretValue takes.</summary>
internal sealed record GetSecretValueRequest(string SecretId, string VersionStage);

/// <summary>What GetSecretValue answers. No record: its text form would show the secret.</summary>
internal sealed class GetSecretValueResponse
{
    public required string VersionId { get; init; }

    public string? SecretString { get; init; }
}

/// <summary>What PutSecretValue takes.</summary>
internal sealed class PutSecretValueRequest
{
    public required string SecretId { get; init; }

    public required string ClientRequestToken { get; init; }

    public required string SecretString { get; init; }

    public required IReadOnlyList<string> VersionStages { get; init; }
}

/// <summary>What UpdateSecretVersionStage takes.</summary>
internal sealed record UpdateSecretVersionStageRequest(string SecretId, string VersionStage, string RemoveFromVersionId, string MoveToVersionId);

/// <summary>What CreateSecret takes.</summary>
internal sealed class CreateSecretRequest
{
    public required string Name { get; init; }

    public required string ClientRequestToken { get; init; }

    public required string SecretString { get; init; }

    public string? Description { get; init; }
}

/// <summary>What the operations answer that change something: nothing that is needed.</summary>
internal sealed record SecretChanged;

/// <summary>How they are written and read.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetSecretValueRequest))]
[JsonSerializable(typeof(GetSecretValueResponse))]
[JsonSerializable(typeof(PutSecretValueRequest))]
[JsonSerializable(typeof(UpdateSecretVersionStageRequest))]
[JsonSerializable(typeof(CreateSecretRequest))]
[JsonSerializable(typeof(SecretChanged))]
internal sealed partial class SecretPayloads : JsonSerializerContext;
