using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>One key, one viewer, one policy and one time, to vary from in tests of tokens.</summary>
internal static class Gate
{
    public const long Now = 1_800_000_000;
    public const string Sid = "aB3dE6gH9jK2mN5p";
    public const string MediaSegment = "/live/one/v1/seg-1.m4s";

    public static readonly SigningKey Key = KeyOf("k1", 1);
    public static readonly KeySet LiveKeys = new("k1", [Key, KeyOf("k0", 3)]);
    public static readonly TokenPolicy Policy = new() { Lifetime = 3600, Paths = ["/live/one"] };

    public static readonly Viewer Someone = new()
    {
        Ip = "203.0.113.7",
        Country = "DE",
        Region = "BE",
        City = "Berlin",
        Headers = new Dictionary<string, string> { ["user-agent"] = "Player/1.0" },
        QueryParameters = new Dictionary<string, string> { ["device"] = "tv" },
    };

    /// <summary>A key whose two secrets are filled with a byte and its successor.</summary>
    public static SigningKey KeyOf(string keyId, byte fill) =>
        new(keyId, Enumerable.Repeat(fill, 32).ToArray(), Enumerable.Repeat((byte)(fill + 1), 32).ToArray());

    public static string Mint(TokenPolicy policy, IViewer? viewer = null) =>
        TokenMint.Mint(policy, viewer ?? Someone, Sid, Key, Now).Token!.Segment;

    /// <summary>Signs claims as they stand, whatever a mint would make of them.</summary>
    public static string Sign(Func<TokenClaims, TokenClaims> change)
    {
        var claims = change(new TokenClaims { IssuedAt = Now, ExpiresAt = Now + 3600, SessionStart = Now, Sid = Sid, Paths = ["/live/one"] });
        return TokenMint.Sign(claims.Sid, TokenClaimsJson.Compact(claims), Key);
    }

    public static TokenVerdict Verify(string rawPath, IViewer? viewer = null, long now = Now) =>
        TokenVerifier.Verify(Encoding.UTF8.GetBytes(rawPath), default, viewer ?? Someone, LiveKeys, now);

    public static TokenRejection Judge(string segment, string path = MediaSegment, IViewer? viewer = null, long now = Now) =>
        Verify($"/{segment}{path}", viewer, now).Rejection;
}
