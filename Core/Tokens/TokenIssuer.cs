using System.Text;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Metrics;
using Portcullis.Revocations;
using Portcullis.Tokens.Signed;
using Portcullis.Tokens.V1;

namespace Portcullis.Tokens;

/// <summary>Answers token requests: asset policy, account, current key, token.</summary>
/// <param name="assets">The assets.</param>
/// <param name="keys">The keys.</param>
/// <param name="accounts">The slots of accounts.</param>
/// <param name="ledger">To refuse renewals of what is revoked.</param>
/// <param name="status">Where the edge is that plays assets without a host.</param>
/// <param name="time">The clock.</param>
public sealed class TokenIssuer(IAssetStore assets, IKeyStore keys, IAccountStore accounts, IRevocationLedger ledger, IServiceStatus status, TimeProvider time)
{
    /// <summary>Mints the first token of a new session.</summary>
    /// <param name="assetId">The asset.</param>
    /// <param name="accountId">The paying customer, opaque; null without account.</param>
    /// <param name="viewer">The viewer's attributes, as far as the policy binds them.</param>
    /// <param name="cancellation">Ends the wait for the account's slot; without an account nothing is waited for.</param>
    /// <exception cref="StoreUnavailableException">The account's slot cannot be stored now.</exception>
    public async ValueTask<TokenIssue> IssueAsync(string assetId, string? accountId, IViewer viewer, CancellationToken cancellation = default)
    {
        var issue = Issue(assetId, accountId, viewer);
        // Sids of v1 carry no tag, so they hold no slot.
        if (accountId is not null && issue.Outcome == TokenIssueOutcome.Issued && issue.Asset!.Format != TokenFormat.V1)
            issue = await AdmitAsync(issue, cancellation).ConfigureAwait(false);
        return Counted("mint", issue);
    }

    /// <summary>Mints another token, or signs anew, for a session, within its longest duration: whichever form it is in now, in its asset's.</summary>
    /// <param name="presented">The playback URL in use.</param>
    /// <param name="viewer">The viewer's attributes, as far as the policy binds them.</param>
    /// <param name="cancellation">Ends the wait for the account; without an account nothing is waited for.</param>
    public async ValueTask<TokenIssue> RenewAsync(PlaybackReference presented, IViewer viewer, CancellationToken cancellation = default)
    {
        var issue = presented.IsSigned ? RenewSigned(presented, viewer, out var start) : Renew(Encoding.UTF8.GetBytes(presented.TokenPath), viewer, out start);
        if (issue.Outcome == TokenIssueOutcome.Issued && !SessionId.AccountTagOf(issue.Sid).IsEmpty)
            await accounts.RenewAsync(issue.Sid, start, issue.ExpiresAt, cancellation).ConfigureAwait(false);
        return Counted("renew", issue);
    }

    private static TokenIssue Counted(string request, TokenIssue issue)
    {
        if (Instruments.Tokens.Enabled)
            Instruments.Tokens.Add(1, Instruments.Tag("request", request), Instruments.Tag("outcome", issue.Outcome.ToString()));
        return issue;
    }

    /// <summary>The token is minted first, so that nobody's session is ended for a request that lacks something; it is given out only with a slot.</summary>
    private async ValueTask<TokenIssue> AdmitAsync(TokenIssue issue, CancellationToken cancellation)
    {
        var judgement = await accounts.AdmitAsync(issue.Sid, issue.ExpiresAt, cancellation).ConfigureAwait(false);
        return judgement.IsAdmitted ? issue : TokenIssue.Limited(judgement);
    }

    private TokenIssue Issue(string assetId, string? accountId, IViewer viewer)
    {
        if (assets.Current.Find(assetId) is not { } asset)
            return TokenIssue.Refused(TokenIssueOutcome.UnknownAsset, "asset", AssetRules.IsId(assetId) ? $"there is no asset '{assetId}'" : "there is no such asset");
        var tag = accountId is null ? null : SessionId.AccountTag(keys.AccountTagKey.Span, accountId);
        if (tag is not null && IsRevoked(Subject.Account(tag)))
            return TokenIssue.Refused(TokenIssueOutcome.Revoked, "account", "the account is blocked");
        // A v1 sid is not always bound to its token: whoever could write an account's tag into it would act for the account.
        return asset.Format == TokenFormat.V1 ? MintV1(asset, viewer) : Mint(asset, viewer, SessionId.Draw(tag), null);
    }

    /// <summary>The token may have expired: a device that slept goes on with its session.</summary>
    private TokenIssue Renew(ReadOnlySpan<byte> path, IViewer viewer, out long start)
    {
        start = 0;
        var rejection = TokenVerifier.Authenticate(path, keys.Current, out var claims, out var rest);
        if (rejection != TokenRejection.None)
        {
            return TokenVerifier.IsGenuineV1(path, keys.Current)
                ? TokenIssue.Refused(TokenIssueOutcome.NotRenewable, "playbackUrl", "holds a v1 token; these are not renewed, ask for a new one")
                : TokenIssue.Refused(TokenIssueOutcome.InvalidToken, "playbackUrl", "does not hold a token of this installation");
        }
        // The path is the caller's: only what the token admits may choose the asset, or any token would renew into any title.
        if (MediaPath.Normalize(rest) is not { } media || !claims!.Paths.Concat(claims.Exc).Any(allowed => MediaPath.IsUnder(media, allowed)))
            return TokenIssue.Refused(TokenIssueOutcome.InvalidToken, "playbackUrl", "its path is not one that its token admits");
        if (assets.Current.FindByPath(Encoding.UTF8.GetBytes(media)) is not { } asset)
            return TokenIssue.Refused(TokenIssueOutcome.UnknownAsset, "playbackUrl", "its path belongs to no asset any more");
        return Renew(asset, viewer, claims.Sid, start = claims.SessionStart);
    }

    private TokenIssue RenewSigned(PlaybackReference presented, IViewer viewer, out long start)
    {
        SignedSession.TryCut(presented.Path, out var sid, out var rest);
        var asset = MediaPath.Normalize(Encoding.UTF8.GetBytes(rest)) is { } media ? assets.Current.FindByPath(Encoding.UTF8.GetBytes(media)) : null;
        var origin = presented.Origin ?? asset?.OriginAt(status.EdgeUrl) ?? status.EdgeUrl.GetLeftPart(UriPartial.Authority);
        if (SignedSession.Authenticate(origin, presented.Path, presented.Query, presented.Cookies, keys.SignatureKeys, out start) != TokenRejection.None)
            return TokenIssue.Refused(TokenIssueOutcome.InvalidToken, "playbackUrl", "does not hold a signature of this installation for its session and path, nor do the cookies");
        return asset is null
            ? TokenIssue.Refused(TokenIssueOutcome.UnknownAsset, "playbackUrl", "its path belongs to no asset any more")
            : Renew(asset, viewer, sid, start);
    }

    private TokenIssue Renew(Asset asset, IViewer viewer, string sid, long sessionStart)
    {
        var tag = SessionId.AccountTagOf(sid);
        if (IsRevoked(Subject.Session(sid)) || (!tag.IsEmpty && IsRevoked(Subject.Account(tag.ToString()))))
            return TokenIssue.Refused(TokenIssueOutcome.Revoked, "playbackUrl", $"the session is revoked; reference {SessionId.SupportReference(sid)}");
        return asset.Format == TokenFormat.V1
            ? TokenIssue.Refused(TokenIssueOutcome.NotRenewable, "playbackUrl", "its asset is of format v1, whose tokens are not renewed; ask for a new one")
            : Mint(asset, viewer, sid, sessionStart);
    }

    private TokenIssue MintV1(Asset asset, IViewer viewer)
    {
        if (keys.Current.V1Signing is not { } key)
            return TokenIssue.Refused(TokenIssueOutcome.NoSigningKey, "", "no key may sign v1 tokens; import one as the signing one");
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var minted = SmdeMint.Mint(asset.V1Policy!, viewer, null, key, now);
        if (minted.Token is not { } token)
            return TokenIssue.Refused(TokenIssueOutcome.Refused, SmdeRules.FieldOf(minted.Field!), minted.Error!);
        return token.ExpiresAt < now
            ? TokenIssue.Refused(TokenIssueOutcome.Refused, "asset", "its v1Policy.exp lies in the past: a token would be expired when it is minted")
            : TokenIssue.Issued(asset, token);
    }

    private TokenIssue Mint(Asset asset, IViewer viewer, string sid, long? sessionStart)
    {
        if (asset.Policy.IsSigned)
        {
            return keys.SigningPair is { } pair
                ? SignedMint.Mint(asset, asset.OriginAt(status.EdgeUrl), viewer, sid, pair, time.GetUtcNow().ToUnixTimeSeconds(), sessionStart)
                : TokenIssue.Refused(TokenIssueOutcome.NoSigningKey, "", "there is no CloudFront key pair yet; try again shortly");
        }
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (keys.Current.SigningAt(now) is not { } key)
            return TokenIssue.Refused(TokenIssueOutcome.NoSigningKey, "", "no key may sign at the moment; try again shortly");
        var minted = TokenMint.Mint(asset.EffectivePolicy, viewer, sid, key, now, sessionStart);
        return minted.Token is { } token
            ? TokenIssue.Issued(asset, token)
            // What the mint calls the token, a renewal calls the URL that holds it.
            : TokenIssue.Refused(TokenIssueOutcome.Refused, minted.Field == "token" ? "playbackUrl" : minted.Field!, minted.Error!);
    }

    private bool IsRevoked(Subject subject) => ledger.Current.Find(subject, time.GetUtcNow().ToUnixTimeSeconds()) is not null;
}
