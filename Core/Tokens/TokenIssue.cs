using Portcullis.Accounts;
using Portcullis.Assets;
using Portcullis.Tokens.Signed;

namespace Portcullis.Tokens;

/// <summary>What came of a token request.</summary>
public enum TokenIssueOutcome
{
    /// <summary>A token was minted.</summary>
    Issued = 0,

    /// <summary>There is no such asset.</summary>
    UnknownAsset,

    /// <summary>The presented token is not one of ours.</summary>
    InvalidToken,

    /// <summary>The request lacks something that the policy asks for, or the session has lasted its longest.</summary>
    Refused,

    /// <summary>The session or its account is blocked.</summary>
    Revoked,

    /// <summary>No key may sign at the moment.</summary>
    NoSigningKey,

    /// <summary>The presented token, or its asset now, is of format v1, whose tokens are not renewed.</summary>
    NotRenewable,

    /// <summary>The account has no slot free, or asks for too much; see <see cref="TokenIssue.Account"/>.</summary>
    AccountLimited,
}

/// <summary>A minted token with its asset, or why there is none.</summary>
public sealed record TokenIssue
{
    /// <summary>What came of the request.</summary>
    public required TokenIssueOutcome Outcome { get; init; }

    /// <summary>The asset; null unless issued.</summary>
    public Asset? Asset { get; init; }

    /// <summary>The token; null unless issued, and where the asset's URLs or cookies are signed.</summary>
    public MintedToken? Token { get; init; }

    /// <summary>The signed URL or cookies; null unless issued and signed.</summary>
    public SignedPlayback? Signed { get; init; }

    /// <summary>Why the account may not have another session; null unless it is limited.</summary>
    public MintJudgement? Account { get; init; }

    /// <summary>The field that is wrong or missing; empty when none is to blame.</summary>
    public string Field { get; init; } = "";

    /// <summary>What is wrong.</summary>
    public string Error { get; init; } = "";

    internal string Sid => Token?.Sid ?? Signed?.Sid ?? "";

    internal long ExpiresAt => Token?.ExpiresAt ?? Signed?.ExpiresAt ?? 0;

    internal static TokenIssue Issued(Asset asset, MintedToken token) => new() { Outcome = TokenIssueOutcome.Issued, Asset = asset, Token = token };

    internal static TokenIssue IssuedSigned(Asset asset, SignedPlayback signed) => new() { Outcome = TokenIssueOutcome.Issued, Asset = asset, Signed = signed };

    internal static TokenIssue Limited(MintJudgement account) => new() { Outcome = TokenIssueOutcome.AccountLimited, Account = account, Field = "account" };

    internal static TokenIssue Refused(TokenIssueOutcome outcome, string field, string error) => new() { Outcome = outcome, Field = field, Error = error };
}
