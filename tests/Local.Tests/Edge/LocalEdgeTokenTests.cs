using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;
using Portcullis.Local.Edge;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeTokenTests
{
    private const string Master = "/vod/sample/master.m3u8";

    [Fact]
    public async Task Get_ValidToken_ServesTheTitle()
    {
        await using var edge = await TestEdge.StartAsync();

        var response = edge.Get(Master);

        Assert.Equal(200, response.Status);
        Assert.Equal("application/vnd.apple.mpegurl", response["Content-Type"]);
        Assert.Equal("*", response["Access-Control-Allow-Origin"]);
        Assert.Null(response["Server"]);
        Assert.Null(response["X-Portcullis"]);
        Assert.StartsWith("#EXTM3U", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", 401, "missing", "no.missing")]
    [InlineData("malformed", 401, "invalid", "no.malformed")]
    [InlineData("key", 401, "invalid", "no.key")]
    [InlineData("signature", 401, "invalid", "no.signature")]
    [InlineData("session", 401, "invalid", "no.session")]
    [InlineData("lifetime", 401, "invalid", "no.lifetime")]
    [InlineData("expired", 401, "expired", "no.expired")]
    [InlineData("path", 403, "path", "no.path")]
    [InlineData("viewer", 403, "viewer", "no.viewer")]
    public async Task Get_RefusedToken_AnswersStatusReasonAndLogData(string fault, int status, string reason, string logData)
    {
        await using var edge = await TestEdge.StartAsync(options => options with { MaxTokenLifetime = 14_400 });
        var token = edge.Mint();
        var policy = new TokenPolicy { Paths = ["/vod/sample"] };
        var target = fault switch
        {
            "missing" => Master,
            "malformed" => $"/a.b.c.d.e{Master}",
            "key" => $"/{edge.Mint(key: SigningKey.Draw("k2"))}{Master}",
            "signature" => $"/{edge.Mint(key: SigningKey.Draw("k1"))}{Master}",
            "session" => $"/X{token[1..]}{Master}",
            "lifetime" => $"/{edge.Mint(policy with { Lifetime = 14_401 })}{Master}",
            "expired" => $"/{edge.Mint(now: edge.Now - 14_400)}{Master}",
            "path" => $"/{token}/vod/other/master.m3u8",
            _ => $"/{edge.Mint(policy with { Bind = new() { Ip = true } }, new Viewer { Ip = "192.0.2.1" })}{Master}",
        };

        var response = edge.Http.Send("GET", target);
        var line = await edge.Log.NextAsync();

        AssertRefused(response, status, reason);
        Assert.Null(response["X-Portcullis-Reference"]);
        Assert.Equal(status.ToString(), line[2]);
        Assert.Equal("FunctionGeneratedResponse", line[12]);
        Assert.Equal(logData, line[23]);
    }

    [Theory]
    [InlineData(SubjectKind.Session, TestEdge.Sid)]
    [InlineData(SubjectKind.Account, "abcdefghij")]
    public async Task Get_RevokedSubject_Answers403WithReference(SubjectKind kind, string value)
    {
        await using var edge = await TestEdge.StartAsync();
        await edge.RevokeAsync(new Subject(kind, value));

        var response = edge.Get(Master);
        var line = await edge.Log.NextAsync();

        AssertRefused(response, 403, "revoked");
        Assert.Equal("T9rLpZ4e", response["X-Portcullis-Reference"]);
        Assert.Contains("T9rLpZ4e", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(TestEdge.Sid, response.Text, StringComparison.Ordinal);
        Assert.Equal("no.revoked", line[23]);
    }

    [Fact]
    public async Task Write_EmptyPlan_LiftsTheRevocation()
    {
        await using var edge = await TestEdge.StartAsync();
        await edge.RevokeAsync(Subject.Session(TestEdge.Sid));
        await edge.WriteAsync(RevocationSnapshot.Empty);

        var response = edge.Get(Master);

        Assert.Equal(200, response.Status);
        Assert.Empty((await edge.Edge.ReadAsync(default)).Sids);
    }

    [Fact]
    public async Task Get_NoKeysYet_Answers503()
    {
        await using var edge = await TestEdge.StartAsync(withKeys: false);

        var response = edge.Get(Master);

        AssertRefused(response, 503, "unavailable");
        Assert.Equal("no.store", (await edge.Log.NextAsync())[23]);
    }

    [Fact]
    public async Task Get_AnyByteOfTheSegmentChanged_Answers401()
    {
        await using var edge = await TestEdge.StartAsync();
        var token = edge.Mint();
        var changes = from position in Enumerable.Range(0, token.Length)
                      from other in "AZaz09_-.%/?"
                      where other != token[position]
                      let changed = $"{token[..position]}{other}{token[(position + 1)..]}"
                      select (position, other, edge.Http.Send("GET", $"/{changed}{Master}").Status);

        var admitted = changes.Where(change => change.Status != 401).ToList();

        Assert.Empty(admitted);
    }

    [Theory]
    [InlineData("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\u00ff\"}")]
    [InlineData("{\"\\ud800\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}")]
    [InlineData("{\"alg\":\"\\ud800\",\"typ\":\"JWT\",\"kid\":\"k1\"}")]
    [InlineData("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\\ud800\"}")]
    public async Task Get_HeaderThatIsNoText_Answers401(string header)
    {
        await using var edge = await TestEdge.StartAsync();
        var parts = edge.Mint().Split('.');
        parts[1] = Base64Url.EncodeToString(Encoding.Latin1.GetBytes(header));

        var response = edge.Http.Send("GET", $"/{string.Join('.', parts)}{Master}");

        AssertRefused(response, 401, "invalid");
    }

    [Theory]
    [InlineData("/vod/sample/%2e%2e/sample/master.m3u8", 200)]
    [InlineData("/vod/sample/./360p/../master.m3u8", 200)]
    [InlineData("/vod/sample/m%61ster.m3u8", 200)]
    [InlineData("/vod/sample/%2e%2e/other/master.m3u8", 403)]
    [InlineData("/vod/sample/../../../../etc/passwd", 403)]
    [InlineData("/vod/sample%2fmaster.m3u8", 403)]
    [InlineData("/vod/sample/360p%5c..%5cmaster.m3u8", 403)]
    [InlineData("/vod/sample/360p\\..\\master.m3u8", 403)]
    [InlineData("//vod/sample/master.m3u8", 403)]
    [InlineData("/vod//sample/master.m3u8", 403)]
    [InlineData("/vod/sample//master.m3u8", 404)]
    [InlineData("/vod/sample/%2e%2e%2fsample/master.m3u8", 403)]
    [InlineData("/vod/sample/%252e%252e/master.m3u8", 404)]
    [InlineData("/vod/samplex/master.m3u8", 403)]
    [InlineData("/vod/sample/master.m3u8%zz", 403)]
    [InlineData("/vod/sample/nothing.ts", 404)]
    [InlineData("/vod/sample/360p", 404)]
    [InlineData("/vod/sample", 404)]
    public async Task Get_TrickyPath_ServesOnlyWhatTheTokenAdmits(string path, int status)
    {
        await using var edge = await TestEdge.StartAsync();

        var response = edge.Get(path);
        var line = await edge.Log.NextAsync();

        Assert.Equal(status, response.Status);
        Assert.Equal(status == 403 ? "no.path" : $"ok.{TestEdge.Sid}", line[23]);
    }

    [Theory]
    [InlineData("/", 401)]
    [InlineData("//", 401)]
    [InlineData("/?", 401)]
    [InlineData("http://video.example", 401)]
    [InlineData("http://video.example?/x", 401)]
    [InlineData("http://video.example/TOKEN/vod/sample/master.m3u8", 200)]
    [InlineData("http://video.example/TOKEN/vod/sample/master.m3u8?a=/b", 200)]
    [InlineData("http://video.example//TOKEN/vod/sample/master.m3u8", 401)]
    [InlineData("//TOKEN/vod/sample/master.m3u8", 401)]
    [InlineData("/./TOKEN/vod/sample/master.m3u8", 401)]
    [InlineData("/x/../TOKEN/vod/sample/master.m3u8", 401)]
    [InlineData("/TOKEN?/vod/sample/master.m3u8", 401)]
    public async Task Get_TargetForm_IsJudgedAsItCame(string target, int status)
    {
        await using var edge = await TestEdge.StartAsync();

        var response = edge.Http.Send("GET", target.Replace("TOKEN", edge.Mint(), StringComparison.Ordinal));

        Assert.Equal(status, response.Status);
    }

    private static void AssertRefused(RawResponse response, int status, string reason)
    {
        Assert.Equal(status, response.Status);
        Assert.Equal(reason, response["X-Portcullis"]);
        Assert.Equal("no-store", response["Cache-Control"]);
        Assert.Equal("*", response["Access-Control-Allow-Origin"]);
        Assert.Equal("X-Portcullis, X-Portcullis-Reference", response["Access-Control-Expose-Headers"]);
        Assert.StartsWith("text/plain", response["Content-Type"], StringComparison.Ordinal);
    }
}
