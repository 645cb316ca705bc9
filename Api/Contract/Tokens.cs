using System.Text.Json.Serialization;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Contract;

/// <summary>A request for the first token of a session.</summary>
internal sealed record TokenRequest
{
    /// <summary>The asset to play.</summary>
    public required string Asset { get; init; }

    /// <summary>The paying customer, opaque, at most 256 characters.</summary>
    public string? Account { get; init; }

    /// <summary>What is known of the viewer; the asset's policy says what is needed.</summary>
    public ViewerRequest? Viewer { get; init; }
}

/// <summary>A request for another token of a running session.</summary>
internal sealed record RenewalRequest
{
    /// <summary>The playback URL in use, or its path and query.</summary>
    public required string PlaybackUrl { get; init; }

    /// <summary>The signed cookies in use by name, where the URL is not signed itself.</summary>
    public Dictionary<string, string>? Cookies { get; init; }

    /// <summary>What is known of the viewer; the asset's policy says what is needed.</summary>
    public ViewerRequest? Viewer { get; init; }
}

/// <summary>A viewer as a back-end sees him.</summary>
internal sealed record ViewerRequest
{
    public string? Ip { get; init; }

    public string? Country { get; init; }

    public string? Region { get; init; }

    public string? City { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public Dictionary<string, string>? Query { get; init; }
}

/// <summary>A minted token, as a URL to play.</summary>
/// <param name="PlaybackUrl">The URL: a bearer secret.</param>
/// <param name="Sid">The session; null for a v1 token that names none.</param>
/// <param name="ExpiresAt">When the token ends.</param>
/// <param name="RenewAt">When to ask for a renewal; null for a v1 token, which cannot be renewed.</param>
internal sealed record TokenResponse(string PlaybackUrl, string? Sid, DateTimeOffset ExpiresAt, DateTimeOffset? RenewAt)
{
    /// <summary>The cookies that the player must send; null unless the asset's carriage is cookies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CookieResponse>? Cookies { get; init; }

    /// <summary>The cookies as values of <c>Set-Cookie</c> headers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? SetCookie { get; init; }
}

/// <summary>A cookie to set in the player.</summary>
internal sealed record CookieResponse(
    string Name, string Value, string Path, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Domain, DateTimeOffset Expires, bool Secure, bool HttpOnly, string SameSite)
{
    public static CookieResponse Of(CloudFrontCookie cookie) =>
        new(cookie.Name, cookie.Value, cookie.Path, cookie.Domain, cookie.Expires, cookie.Secure, cookie.HttpOnly, cookie.SameSite);
}
