using Portcullis.Revocations;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeSignedTests
{
    private const string Origin = "http://video.example", Master = "/vod/sample/master.m3u8", Path = $"/{TestEdge.Sid}{Master}";

    private static CloudFrontPolicy Title(TestEdge edge) =>
        new() { Resource = $"{Origin}/{TestEdge.Sid}/vod/sample/*", DateLessThan = edge.Now + 60, DateGreaterThan = edge.Now - 5 };

    private static string Query(TestEdge edge, CloudFrontPolicy policy) => CloudFrontSigner.SignUrl(Origin + Path, policy, edge.Pair, CloudFrontHash.Sha256).Split('?')[1];

    private static string Cookies(TestEdge edge, CloudFrontPolicy policy) =>
        "Cookie: theme=dark; " + string.Join("; ", CloudFrontSigner.SignCookies(policy, new CookieScope($"/{TestEdge.Sid}/"), edge.Pair, CloudFrontHash.Sha256).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    [Fact]
    public async Task Get_SignedUrl_ServesTheTitleAndLogsTheSession()
    {
        await using var edge = await TestEdge.StartAsync();
        var query = Query(edge, Title(edge));

        var response = edge.Http.Send("GET", $"{Path}?{query}");
        var line = await edge.Log.NextAsync();

        Assert.Equal(200, response.Status);
        Assert.StartsWith("#EXTM3U", response.Text, StringComparison.Ordinal);
        Assert.Equal($"ok.{TestEdge.Sid}", line[23]);
        Assert.StartsWith($"{Path}?Policy=", line[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SignedCookies_ServeTheWholeTitleToAPageElsewhere()
    {
        await using var edge = await TestEdge.StartAsync();
        var cookies = Cookies(edge, Title(edge));

        foreach (var path in new[] { Master, "/vod/sample/360p/index.m3u8" })
        {
            var response = edge.Http.Send("GET", $"/{TestEdge.Sid}{path}", cookies, "Origin: https://www.example.com");

            Assert.Equal((200, "https://www.example.com", "true", "Origin"), (response.Status, response["Access-Control-Allow-Origin"], response["Access-Control-Allow-Credentials"], response["Vary"]));
        }
    }

    [Theory]
    [InlineData("missing", 401, "missing", "no.missing")]
    [InlineData("half", 401, "missing", "no.missing")]
    [InlineData("tampered", 401, "invalid", "no.signature")]
    [InlineData("key", 401, "invalid", "no.key")]
    [InlineData("expired", 401, "expired", "no.expired")]
    [InlineData("early", 401, "invalid", "no.early")]
    [InlineData("host", 403, "path", "no.path")]
    [InlineData("folder", 403, "path", "no.path")]
    [InlineData("sid", 403, "path", "no.path")]
    [InlineData("any-sid", 403, "path", "no.path")]
    [InlineData("address", 403, "viewer", "no.viewer")]
    public async Task Get_RefusedSignature_AnswersStatusReasonAndLogData(string fault, int status, string reason, string logData)
    {
        await using var edge = await TestEdge.StartAsync();
        var title = Title(edge);
        var query = Query(edge, title);
        var target = fault switch
        {
            "missing" => Path,
            "half" => $"{Path}?{query.Split('&')[1]}",
            "tampered" => $"{Path}?{query.Replace("Policy=eyJ", "Policy=eyI", StringComparison.Ordinal)}",
            "key" => $"{Path}?{query.Replace("KLOCAL", "KOTHER", StringComparison.Ordinal)}",
            "expired" => $"{Path}?{Query(edge, title with { DateLessThan = edge.Now })}",
            "early" => $"{Path}?{Query(edge, title with { DateGreaterThan = edge.Now + 1 })}",
            "host" => $"{Path}?{Query(edge, title with { Resource = $"http://other.example/{TestEdge.Sid}/*" })}",
            "folder" => $"/{TestEdge.Sid}/live/sample/master.m3u8?{query}",
            "sid" => $"/X{Path[2..]}?{query}",
            "any-sid" => $"{Path}?{Query(edge, title with { Resource = $"{Origin}/*" })}",
            _ => $"{Path}?{Query(edge, title with { SourceIp = "192.0.2.1/32" })}",
        };

        var response = edge.Http.Send("GET", target);
        var line = await edge.Log.NextAsync();

        Assert.Equal((status, reason, "no-store", logData), (response.Status, response["X-Portcullis"], response["Cache-Control"], line[23]));
    }

    [Fact]
    public async Task Get_AddressInRange_IsServed()
    {
        await using var edge = await TestEdge.StartAsync();

        Assert.Equal(200, edge.Http.Send("GET", Path, Cookies(edge, Title(edge) with { SourceIp = "127.0.0.0/8" })).Status);
    }

    [Theory]
    [InlineData(SubjectKind.Session, TestEdge.Sid)]
    [InlineData(SubjectKind.Account, "abcdefghij")]
    public async Task Get_RevokedSubject_Answers403WithReference(SubjectKind kind, string value)
    {
        await using var edge = await TestEdge.StartAsync();
        await edge.RevokeAsync(new Subject(kind, value));

        var response = edge.Http.Send("GET", Path, Cookies(edge, Title(edge)));

        Assert.Equal((403, "revoked", "T9rLpZ4e"), (response.Status, response["X-Portcullis"], response["X-Portcullis-Reference"]));
    }

    /// <summary>A folder that looks like a sid is a folder, when a token says so.</summary>
    [Fact]
    public async Task Get_TokenInTheQuery_IsJudgedAsAToken()
    {
        await using var edge = await TestEdge.StartAsync();

        Assert.Equal(200, edge.Http.Send("GET", $"{Master}?pt={edge.Mint()}").Status);
        Assert.Equal(403, edge.Http.Send("GET", $"/a-folder-like-a-sid/x.ts?pt={edge.Mint()}").Status);
    }
}
