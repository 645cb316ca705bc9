using Portcullis.Local.Edge;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeMediaTests
{
    private const string Segment = "/vod/sample/360p/seg-3.ts";

    private static byte[] SegmentBytes(int number) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Sample", "sample", "360p", $"seg-{number}.ts"));

    [Fact]
    public async Task Get_VodSegment_ServesTheFile()
    {
        await using var edge = await TestEdge.StartAsync();

        var response = edge.Get(Segment);

        Assert.Equal(200, response.Status);
        Assert.Equal("video/mp2t", response["Content-Type"]);
        Assert.Equal("bytes", response["Accept-Ranges"]);
        Assert.Equal("public, max-age=3600", response["Cache-Control"]);
        Assert.Equal(SegmentBytes(3), response.Body);
    }

    [Theory]
    [InlineData("bytes=0-99", 206, 0, 100)]
    [InlineData("bytes=188-", 206, 188, -1)]
    [InlineData("bytes=-188", 206, -188, 188)]
    [InlineData("bytes=100-99999999", 206, 100, -1)]
    [InlineData("bytes=0-0,5-6", 200, 0, -1)]
    [InlineData("lines=1-2", 200, 0, -1)]
    [InlineData("bytes=99999999-", 416, 0, 0)]
    [InlineData("bytes=-0", 416, 0, 0)]
    public async Task Get_Range_ServesThatPart(string range, int status, int start, int count)
    {
        await using var edge = await TestEdge.StartAsync();
        var whole = SegmentBytes(3);
        var from = start < 0 ? whole.Length + start : start;
        var length = count < 0 ? whole.Length - from : count;

        var response = edge.Get(Segment, $"Range: {range}");
        var line = await edge.Log.NextAsync();

        Assert.Equal(status, response.Status);
        Assert.Equal(whole[from..(from + length)], response.Body);
        Assert.Equal(length.ToString(), line[3]);
        if (status == 206)
        {
            Assert.Equal($"bytes {from}-{from + length - 1}/{whole.Length}", response["Content-Range"]);
            Assert.Equal([from.ToString(), (from + length - 1).ToString()], line[14..16]);
        }
        else
        {
            Assert.Equal(status == 416 ? $"bytes */{whole.Length}" : null, response["Content-Range"]);
            Assert.Equal(["-", "-"], line[14..16]);
        }
    }

    [Fact]
    public async Task Get_Unchanged_Answers304()
    {
        await using var edge = await TestEdge.StartAsync();
        var first = edge.Get(Segment);

        var byTag = edge.Get(Segment, $"If-None-Match: \"x\", W/{first["ETag"]}");
        var byDate = edge.Get(Segment, $"If-Modified-Since: {first["Last-Modified"]}");
        var otherTag = edge.Get(Segment, "If-None-Match: \"x\"", $"If-Modified-Since: {first["Last-Modified"]}");
        var otherVersion = edge.Get(Segment, "Range: bytes=0-9", "If-Range: \"x\"");
        var sameVersion = edge.Get(Segment, "Range: bytes=0-9", $"If-Range: {first["ETag"]}");

        Assert.Equal([304, 304, 200, 200, 206], new[] { byTag, byDate, otherTag, otherVersion, sameVersion }.Select(response => response.Status));
        Assert.Equal(first["ETag"], byTag["ETag"]);
    }

    [Theory]
    [InlineData(Segment)]
    [InlineData("/live/sample/360p/index.m3u8")]
    public async Task Head_Media_AnswersAsGetWithoutBody(string path)
    {
        await using var edge = await TestEdge.StartAsync();
        var get = edge.Get(path);
        var head = edge.Http.Send("HEAD", $"/{edge.Mint()}{path}");
        await edge.Log.NextAsync();
        var line = await edge.Log.NextAsync();

        Assert.Equal(200, head.Status);
        Assert.Equal(get["Content-Length"], head["Content-Length"]);
        Assert.Equal(get["Content-Type"], head["Content-Type"]);
        Assert.Equal(["200", "0", "HEAD"], line[2..5]);
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("*")]
    public async Task Options_NoToken_AnswersThePreflight(string target)
    {
        await using var edge = await TestEdge.StartAsync(withKeys: false);

        var response = edge.Http.Send("OPTIONS", target, "Origin: https://player.example", "Access-Control-Request-Method: GET");
        var line = await edge.Log.NextAsync();

        Assert.Equal(204, response.Status);
        Assert.Equal("*", response["Access-Control-Allow-Origin"]);
        Assert.Equal("GET, HEAD, OPTIONS", response["Access-Control-Allow-Methods"]);
        Assert.Equal("*", response["Access-Control-Allow-Headers"]);
        Assert.Equal(["204", "0", "OPTIONS", "video.example", target], line[2..7]);
        Assert.Equal("-", line[23]);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("get")]
    public async Task OtherMethod_Any_Answers405(string method)
    {
        await using var edge = await TestEdge.StartAsync();

        var response = edge.Http.Send(method, $"/{edge.Mint()}{Segment}", "Content-Length: 0");
        var line = await edge.Log.NextAsync();

        Assert.Equal(405, response.Status);
        Assert.Equal("GET, HEAD, OPTIONS", response["Allow"]);
        Assert.Equal("InvalidRequestMethod", line[16]);
        Assert.Equal("-", line[23]);
    }

    [Fact]
    public async Task Get_LivePlaylistAtLoopBoundary_CountsOnWithDiscontinuity()
    {
        await using var edge = await TestEdge.StartAsync();
        edge.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(TestEdge.LoopStart + 4);

        var response = edge.Get("/live/sample/360p/index.m3u8");

        Assert.Equal("max-age=1", response["Cache-Control"]);
        Assert.Equal("application/vnd.apple.mpegurl", response["Content-Type"]);
        Assert.Equal(
            """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-TARGETDURATION:2
            #EXT-X-MEDIA-SEQUENCE:894999992
            #EXT-X-DISCONTINUITY-SEQUENCE:74583332
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:04.000Z
            #EXTINF:2.000000,
            seg-894999992.ts
            #EXTINF:2.000000,
            seg-894999993.ts
            #EXTINF:2.000000,
            seg-894999994.ts
            #EXTINF:2.000000,
            seg-894999995.ts
            #EXT-X-DISCONTINUITY
            #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:12.000Z
            #EXTINF:2.000000,
            seg-894999996.ts
            #EXTINF:2.000000,
            seg-894999997.ts

            """,
            response.Text);
    }

    [Fact]
    public async Task Get_LiveSegment_IsTheFileAtThatPlaceOfTheLoop()
    {
        await using var edge = await TestEdge.StartAsync();
        edge.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(TestEdge.LoopStart + 4);

        var response = edge.Get("/live/sample/360p/seg-894999995.ts");

        Assert.Equal(200, response.Status);
        Assert.Equal("video/mp2t", response["Content-Type"]);
        Assert.Equal("public, max-age=60", response["Cache-Control"]);
        Assert.Equal(SegmentBytes(11), response.Body);
    }

    [Theory]
    [InlineData("seg-894999997.ts", 200)]
    [InlineData("seg-894999998.ts", 404)]
    [InlineData("seg-894999967.ts", 200)]
    [InlineData("seg-894999966.ts", 404)]
    [InlineData("seg-0894999997.ts", 404)]
    [InlineData("seg-+894999997.ts", 404)]
    [InlineData("seg--1.ts", 404)]
    [InlineData("seg-3.ts", 404)]
    [InlineData("seg-894999997.mp4", 404)]
    [InlineData("seg-99999999999999999999.ts", 404)]
    [InlineData("seg-.ts", 404)]
    public async Task Get_LiveSegment_ExistsOnlyWithinTheWindow(string name, int status)
    {
        await using var edge = await TestEdge.StartAsync();
        edge.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(TestEdge.LoopStart + 4);

        var response = edge.Get($"/live/sample/360p/{name}");

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task Get_LiveMaster_IsTheTitlesOwn()
    {
        await using var edge = await TestEdge.StartAsync();

        Assert.Equal(edge.Get("/vod/sample/master.m3u8").Text, edge.Get("/live/sample/master.m3u8").Text);
    }
}
