using System.Text.Json.Serialization;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>What <c>token verify --json</c> prints.</summary>
/// <param name="Verdict"><c>ok</c> or <c>refused</c>.</param>
/// <param name="Reason">The edge's log reason; null when admitted.</param>
/// <param name="Status">HTTP status that the edge answers; 200 when admitted.</param>
/// <param name="PublicReason">What a player is told.</param>
/// <param name="Sid">The session, once the token's signature has verified.</param>
/// <param name="Path">The normalised path behind the token; null unless admitted.</param>
internal sealed record VerdictReport(string Verdict, string? Reason, int Status, string PublicReason, string? Sid, string? Path)
{
    /// <summary>The same as one line of text.</summary>
    [JsonIgnore]
    public string Text => Reason is null ? $"{Verdict} {Sid ?? "-"}" : $"{Verdict} {Reason} {Status}";

    public static VerdictReport Of(TokenVerdict verdict) => new(
        verdict.IsAccepted ? "ok" : "refused",
        verdict.IsAccepted ? null : verdict.Rejection.LogReason(),
        verdict.Rejection.Status(),
        verdict.Rejection.PublicReason(),
        string.IsNullOrEmpty(verdict.Sid) ? null : verdict.Sid,
        verdict.Path);
}
