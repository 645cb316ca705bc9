using Portcullis.Accounts;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Endpoints;

/// <summary>Tokens for players, asked for by back-ends.</summary>
internal static class TokenEndpoints
{
    private const int MaxValue = 4096, MaxValues = 32;

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/v1/tokens").RequireAuthorization(RolePolicies.Issuer);
        tokens.MapPost("", MintAsync).WithName("MintToken");
        tokens.MapPost("/renew", RenewAsync).WithName("RenewToken");
    }

    private static async Task<IResult> MintAsync(TokenRequest request, TokenIssuer issuer, IServiceStatus status, AccountRefusal refusal, HttpContext context, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        if (request.Account is { } account && !AccountRules.IsId(account))
            errors.Add(new("account", $"must be 1 to {AccountRules.MaxIdLength} characters without control characters"));
        CheckViewer(request.Viewer, errors);
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var issue = await issuer.IssueAsync(request.Asset, request.Account, ToViewer(request.Viewer), cancellation).ConfigureAwait(false);
        return issue.Account is { } limited ? await refusal.AnswerAsync(limited, context.Response, cancellation).ConfigureAwait(false) : Answer(issue, status);
    }

    private static async Task<IResult> RenewAsync(RenewalRequest request, TokenIssuer issuer, IServiceStatus status, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        CheckViewer(request.Viewer, errors);
        CheckValues("cookies", request.Cookies, errors);
        if (PlaybackReference.TryParse(request.PlaybackUrl, request.Cookies) is not { } presented)
            errors.Add(new("playbackUrl", "must be the playback URL in use, or its path"));
        else if (errors.Count == 0)
            return Answer(await issuer.RenewAsync(presented, ToViewer(request.Viewer), cancellation).ConfigureAwait(false), status);
        return Problem.Invalid(errors);
    }

    private static IResult Answer(TokenIssue issue, IServiceStatus status) => issue.Outcome switch
    {
        TokenIssueOutcome.Issued => Results.Ok(issue.Signed is { } signed ? ToResponse(signed) : ToResponse(issue.Asset!, issue.Token!, status)),
        TokenIssueOutcome.UnknownAsset => Problem.NotFound($"{issue.Field}: {issue.Error}"),
        TokenIssueOutcome.Revoked => Problem.Of(StatusCodes.Status403Forbidden, "revoked", issue.Error),
        TokenIssueOutcome.NotRenewable => Problem.Of(StatusCodes.Status409Conflict, "not-renewable", $"{issue.Field}: {issue.Error}"),
        TokenIssueOutcome.NoSigningKey => Problem.Of(StatusCodes.Status503ServiceUnavailable, "no-signing-key", issue.Error),
        _ => Problem.Invalid(issue.Field, issue.Error),
    };

    private static TokenResponse ToResponse(Asset asset, MintedToken token, IServiceStatus status)
    {
        var host = (asset.Host ?? status.EdgeUrl.ToString()).TrimEnd('/');
        var url = host + (asset.Policy.Carriage == Carriage.Query ? $"{asset.UrlPath}?pt={token.Segment}" : token.PathTo(asset.UrlPath));
        return new TokenResponse(
            url, token.Sid.Length == 0 ? null : token.Sid, DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt),
            asset.Format == TokenFormat.V1 ? null : RenewAt(token.IssuedAt, token.ExpiresAt));
    }

    private static TokenResponse ToResponse(SignedPlayback signed) =>
        new(signed.Url, signed.Sid, DateTimeOffset.FromUnixTimeSeconds(signed.ExpiresAt), RenewAt(signed.IssuedAt, signed.ExpiresAt))
        {
            Cookies = signed.Cookies.Count == 0 ? null : [.. signed.Cookies.Select(CookieResponse.Of)],
            SetCookie = signed.Cookies.Count == 0 ? null : [.. signed.Cookies.Select(cookie => cookie.ToHeader())],
        };

    /// <summary>At two thirds of the lifetime: a failed renewal leaves time for another.</summary>
    private static DateTimeOffset RenewAt(long issuedAt, long expiresAt) => DateTimeOffset.FromUnixTimeSeconds(issuedAt + ((expiresAt - issuedAt) * 2 / 3));

    private static void CheckViewer(ViewerRequest? viewer, List<FieldError> errors)
    {
        if (viewer is null)
            return;
        if (viewer.Ip is not null && ViewerAddress.Canonical(viewer.Ip) is null)
            errors.Add(new("viewer.ip", "must be an IPv4 or IPv6 address"));
        foreach (var (field, value) in (ReadOnlySpan<(string, string?)>)[("viewer.country", viewer.Country), ("viewer.region", viewer.Region), ("viewer.city", viewer.City)])
        {
            if (value is { Length: 0 or > 128 })
                errors.Add(new(field, "must be 1 to 128 characters"));
        }
        CheckValues("viewer.headers", viewer.Headers, errors);
        CheckValues("viewer.query", viewer.Query, errors);
    }

    private static void CheckValues(string field, Dictionary<string, string>? values, List<FieldError> errors)
    {
        if (values is { Count: > MaxValues } || values?.Any(entry => entry.Value is null || entry.Value.Length > MaxValue) == true)
            errors.Add(new(field, $"may have {MaxValues} entries of at most {MaxValue} characters"));
    }

    private static Viewer ToViewer(ViewerRequest? viewer) => viewer is null ? Viewer.Unknown : new Viewer
    {
        Ip = viewer.Ip,
        Country = viewer.Country,
        Region = viewer.Region,
        City = viewer.City,
        Headers = (viewer.Headers ?? []).GroupBy(header => header.Key.ToLowerInvariant()).ToDictionary(group => group.Key, group => string.Join(',', group.Select(header => header.Value))),
        QueryParameters = viewer.Query ?? [],
    };
}
