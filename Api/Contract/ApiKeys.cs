using Portcullis.Access;

namespace Portcullis.Api.Contract;

/// <summary>A request for an API key.</summary>
internal sealed record ApiKeyRequest
{
    /// <summary>What the key is for; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    public required ApiRole Role { get; init; }
}

/// <summary>A new API key. The secret is shown this once.</summary>
internal sealed record NewApiKeyResponse(string Id, string Name, ApiRole Role, DateTimeOffset Created, string Key);

internal sealed record ApiKeysResponse(IReadOnlyList<ApiKey> ApiKeys);
