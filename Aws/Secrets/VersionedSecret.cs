using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Portcullis.Aws.Json;
using Portcullis.Engine;

namespace Portcullis.Aws.Secrets;

/// <summary>A secret of Secrets Manager whose current version is replaced by comparing and swapping.</summary>
/// <param name="client">The client.</param>
/// <param name="name">The secret's name, or its ARN.</param>
internal sealed class VersionedSecret(JsonServiceClient client, string name)
{
    private const string Current = "AWSCURRENT", Pending = "AWSPENDING";

    public string Name => name;

    /// <summary>The current version; null when there is none, or no secret.</summary>
    public async Task<SecretVersion?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await CallAsync("GetSecretValue", new GetSecretValueRequest(name, Current), SecretPayloads.Default.GetSecretValueRequest, SecretPayloads.Default.GetSecretValueResponse, cancellation).ConfigureAwait(false);
            return new SecretVersion(answer.VersionId, answer.SecretString ?? throw new InvalidOperationException($"The secret {name} holds bytes and must hold text."));
        }
        catch (StoreUnavailableException error) when (CodeOf(error) == "ResourceNotFoundException")
        {
            return null;
        }
    }

    /// <summary>Replaces a version that was read.</summary>
    /// <returns>False when another version has become the current one since; nothing was changed then.</returns>
    /// <exception cref="StoreUnavailableException">Whether it was replaced is not known.</exception>
    public async Task<bool> TryReplaceAsync(SecretVersion version, string text, CancellationToken cancellation)
    {
        var fresh = await PutAsync(text, cancellation).ConfigureAwait(false);
        try
        {
            // This compares and swaps: it is refused unless the label is where it is to be taken from.
            await CallAsync(
                "UpdateSecretVersionStage", new UpdateSecretVersionStageRequest(name, Current, version.Id, fresh),
                SecretPayloads.Default.UpdateSecretVersionStageRequest, SecretPayloads.Default.SecretChanged, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StoreUnavailableException)
        {
            // Refused, or without an answer; and refused may mean that it was sent again after it had been done.
            var now = (await ReadAsync(cancellation).ConfigureAwait(false))?.Id;
            if (now == fresh)
                return true;
            if (now is not null && now != version.Id)
                return false;
            throw;
        }
    }

    /// <summary>Gives the secret its first version, and creates it where there is none. Whose version became the current one is for a read to tell.</summary>
    public async Task BeginAsync(string text, CancellationToken cancellation)
    {
        try
        {
            // The first version of all becomes the current one by itself; one that comes second does not.
            await PutAsync(text, cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException missing) when (CodeOf(missing) == "ResourceNotFoundException")
        {
            try
            {
                var request = new CreateSecretRequest { Name = name, ClientRequestToken = NewToken(), SecretString = text, Description = "Keys of Portcullis; written by the service alone" };
                await CallAsync("CreateSecret", request, SecretPayloads.Default.CreateSecretRequest, SecretPayloads.Default.SecretChanged, cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException error) when (CodeOf(error) == "ResourceExistsException")
            {
                // Another process was faster, or this one was, and did not hear of it.
            }
        }
    }

    private async Task<string> PutAsync(string text, CancellationToken cancellation)
    {
        var request = new PutSecretValueRequest { SecretId = name, ClientRequestToken = NewToken(), SecretString = text, VersionStages = [Pending] };
        await CallAsync("PutSecretValue", request, SecretPayloads.Default.PutSecretValueRequest, SecretPayloads.Default.SecretChanged, cancellation).ConfigureAwait(false);
        return request.ClientRequestToken;
    }

    private static string NewToken() => Guid.NewGuid().ToString();

    private static string? CodeOf(StoreUnavailableException error) => (error.InnerException as AmazonServiceException)?.ErrorCode;

    private async Task<TOutput> CallAsync<TInput, TOutput>(string operation, TInput input, JsonTypeInfo<TInput> inputType, JsonTypeInfo<TOutput> outputType, CancellationToken cancellation)
        where TOutput : notnull
    {
        try
        {
            return await client.CallAsync(operation, input, inputType, outputType, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException)
        {
            throw new StoreUnavailableException(Say(operation, error), error);
        }
    }

    private string Say(string operation, Exception error) => (error as AmazonServiceException)?.ErrorCode switch
    {
        "AccessDeniedException" when operation == "CreateSecret" => $"The secret {name} does not exist, and the credentials may not call secretsmanager:CreateSecret; allow it, or create the secret without a value.",
        "AccessDeniedException" => $"The credentials may not call secretsmanager:{operation} on {name} ({error.Message}); allow it in their policy.",
        "LimitExceededException" => $"The secret {name} has as many versions as AWS admits; it removes them a day after they were made ({error.Message}).",
        { Length: > 0 } code => $"{operation} of the secret {name} failed with {code}: {error.Message}",
        _ => $"{operation} of the secret {name} failed: {error.Message}",
    };
}
