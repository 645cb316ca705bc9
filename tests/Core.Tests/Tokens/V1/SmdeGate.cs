using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens.V1;

/// <summary>One v1 key, one viewer, one policy and one time, to vary from in tests of v1 tokens.</summary>
internal static class SmdeGate
{
    public const long Now = 1_800_000_000;
    public const string Sid = "cKyrFyOVnjza";
    public const string KeyId = "20261101_0123456789abcdef0123";
    public const string Manifest = "/out/v1/one/index.m3u8";

    public static readonly string Secret = string.Concat(Enumerable.Repeat("0f1e2d3c4b5a6978", 8));
    public static readonly SigningKey Key = SigningKey.ForV1(KeyId, Secret);
    public static readonly KeySet LiveKeys = new(KeyId, [Key, Gate.Key]);
    public static readonly IReadOnlyDictionary<string, string> EdgeKeys = new Dictionary<string, string> { [KeyId] = Secret };

    public static readonly SmdePolicy Policy = new() { Paths = ["/out/v1/one/"], Exc = ["/ads/"], Exp = "+3h", Ssn = true, SessionAutoGenerate = 12, Headers = ["user-agent"] };

    public static readonly Viewer Someone = new()
    {
        Ip = "203.0.113.7",
        Country = "DE",
        Region = "BE",
        City = "Berlin",
        Headers = new Dictionary<string, string> { ["user-agent"] = "Player/1.0", ["referer"] = "https://player.example/" },
        QueryParameters = new Dictionary<string, string> { ["device"] = "tv", ["a"] = "1" },
    };

    public static string Mint(SmdePolicy policy, IViewer? viewer = null, string? sid = Sid) =>
        SmdeMint.Mint(policy, viewer ?? Someone, sid, Key, Now).Token!.Segment;

    public static TokenVerdict Verify(string segment, string path = Manifest, IViewer? viewer = null, long now = Now, KeySet? keys = null) =>
        TokenVerifier.Verify(Encoding.UTF8.GetBytes($"/{segment}{path}"), default, viewer ?? Someone, keys ?? LiveKeys, now);

    public static TokenRejection Judge(string segment, string path = Manifest, IViewer? viewer = null, long now = Now) =>
        Verify(segment, path, viewer, now).Rejection;

    public static bool EdgeAdmits(string segment, string path = Manifest, Viewer? viewer = null, long now = Now) =>
        SmdeEdge.Admits(SmdeRequest.Of($"/{segment}{path}", viewer ?? Someone), EdgeKeys, now);

    public static Viewer WithHeaders(params (string Name, string Value)[] headers) =>
        Someone with { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };
}
