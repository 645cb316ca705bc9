using System.Text.Json;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>Finds the error code of a REST-JSON answer: in a header, or as <c>__type</c> or <c>code</c> in the body.</summary>
internal static class KeyValueStoreErrorCode
{
    private const int MaxLength = 64;

    /// <summary>The bare code, or null; nothing that is not a name.</summary>
    /// <param name="header">The header <c>x-amzn-ErrorType</c>, or null.</param>
    /// <param name="body">The body.</param>
    public static string? Of(string? header, ReadOnlyMemory<byte> body)
    {
        // Namespace#Code:http://address
        var code = (header ?? InBody(body))?.Split(':')[0].Split('#')[^1];
        return code is { Length: > 0 and <= MaxLength } && code.All(char.IsAsciiLetterOrDigit) ? code : null;
    }

    /// <summary>Whether the service was asked too often.</summary>
    public static bool IsThrottling(string? code) =>
        code is "Throttling" or "ThrottlingException" or "ThrottledException" or "RequestThrottled" or "RequestThrottledException" or "RequestLimitExceeded"
            or "TooManyRequestsException" or "LimitExceededException" or "SlowDown" or "BandwidthLimitExceeded" or "PriorRequestNotComplete";

    /// <summary>Whether the time of a signature may be what was refused; the two last codes say no more than that it is not right.</summary>
    public static bool IsOfTime(string? code) => code is "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture" or "InvalidSignatureException" or "SignatureDoesNotMatch";

    private static string? InBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            foreach (var name in (ReadOnlySpan<string>)["__type", "code"])
            {
                if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                    return value.GetString();
            }
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
