using System.Net.Sockets;
using System.Text;
using Portcullis.Engine;
using Portcullis.Local.Edge;
using Portcullis.Logs;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeLogTests
{
    [Fact]
    public async Task Get_Accepted_LogsTheWholeLine()
    {
        await using var edge = await TestEdge.StartAsync();
        edge.Clock.Now = DateTimeOffset.FromUnixTimeMilliseconds((TestEdge.LoopStart * 1000) + 7);
        var token = edge.Mint();

        edge.Http.Send(
            "GET",
            $"/{token}/vod/sample/360p/seg-0.ts?CMCD=bs%2Cd%3D2000%2Cot%3Dav%2Cpr%3D1.5%2Csid%3D%22a%2C-1%22&t=%7e",
            "User-Agent: Player 1.0 (\"q\"; é)",
            "Referer: https://player.example/x?y=1&z=(2)",
            "Range: bytes=0-187");
        var line = await edge.Log.NextAsync();

        Assert.Equal(LogFieldList.Default.Count, line.Length);
        Assert.Matches("^[A-Za-z0-9_-]{54}==$", line[8]);
        Assert.Equal(
            $"1789999992.007|127.0.0.1|206|188|GET|video.example|/{token}/vod/sample/360p/seg-0.ts?CMCD=bs%252Cd%253D2000%252Cot%253Dav%252Cpr%253D1.5%252Csid%253D%2522a%252C-1%2522&t=%257e"
            + $"|LOCAL50-P1|ID|0.000|Player%201.0%20(%22q%22;%20%C3%A9)|https://player.example/x?y=1&z=(2)|Hit|video/mp2t|0|187|Hit|-|-|2000|av|1.5|a,-1|ok.{TestEdge.Sid}",
            string.Join('|', [.. line[..8], "ID", .. line[9..]]));
    }

    [Fact]
    public async Task Get_CmcdHeaders_LogsThem()
    {
        await using var edge = await TestEdge.StartAsync();

        edge.Get("/vod/sample/master.m3u8", "CMCD-Object: d=4004,ot=m", "CMCD-Session: sid=\"6e2fb550-c457-11e9-bb97-0800200c9a66\",st=v", "CMCD-Request: su", "CMCD-Status: bs");
        var line = await edge.Log.NextAsync();

        Assert.Equal(["4004", "m", "-", "6e2fb550-c457-11e9-bb97-0800200c9a66"], line[19..23]);
    }

    [Fact]
    public async Task Get_TwoRequests_HaveTheirOwnIds()
    {
        await using var edge = await TestEdge.StartAsync();
        edge.Get("/vod/sample/master.m3u8");
        edge.Get("/vod/sample/master.m3u8");

        Assert.NotEqual((await edge.Log.NextAsync())[8], (await edge.Log.NextAsync())[8]);
    }

    [Fact]
    public async Task Get_ViewerLeaves_LogsStatus000()
    {
        var folder = Directory.CreateTempSubdirectory("portcullis-edge");
        try
        {
            using (var large = File.Create(Path.Combine(folder.CreateSubdirectory("sample").FullName, "large.mp4")))
                large.SetLength(256 * 1024 * 1024);
            await using var edge = await TestEdge.StartAsync(options => options with { MediaFolder = folder.FullName });
            using (var http = new RawHttp(edge.Edge.Url))
            {
                http.Write("GET", $"/{edge.Mint()}/vod/sample/large.mp4");
                http.Socket.Receive(new byte[1]);
                http.Socket.LingerState = new LingerOption(true, 0);
            }

            var line = await edge.Log.NextAsync();

            Assert.Equal(["000", "0", "GET"], line[2..5]);
            Assert.Equal(["Error", "ClientHungUpRequest", $"ok.{TestEdge.Sid}"], new[] { line[12], line[16], line[23] });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null, "-")]
    [InlineData("", "-")]
    [InlineData("/a?b=c&d;e:(f)*+,$!@_.", "/a?b=c&d;e:(f)*+,$!@_.")]
    [InlineData("a b\tc\nd\"e\\f%g", "a%20b%09c%0Ad%22e%5Cf%25g")]
    [InlineData("é€😀\u007f", "%C3%A9%E2%82%AC%F0%9F%98%80%7F")]
    public void Text_Value_IsEncodedAsCloudFrontDoes(string? value, string encoded)
    {
        using var line = new EdgeLogLine(1);
        line.Text(value);

        Assert.Equal(encoded, Encoding.UTF8.GetString(line.Written));
    }

    [Fact]
    public void Text_LoneSurrogate_IsReplaced()
    {
        using var line = new EdgeLogLine(1);
        line.Text("a\ud800b");

        Assert.Equal("a%EF%BF%BDb", Encoding.UTF8.GetString(line.Written));
    }

    [Fact]
    public void AppendTo_LongValues_GrowTheLine()
    {
        var log = new Capture();
        new EdgeLogEntry
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_607_374_321_541),
            Ip = "2001:db8::1",
            Status = "200",
            Method = "GET",
            Uri = "/" + new string(' ', 9000),
            RequestId = "id==",
            TimeTaken = TimeSpan.FromMilliseconds(1234.9),
            UserAgent = new string('x', 9000),
            ResultType = "Hit",
            DetailedResultType = "Hit",
        }.AppendTo(log);
        var fields = log.Line.Split('\t');

        Assert.Equal(LogFieldList.Default.Count, fields.Length);
        Assert.Equal("1607374321.541", fields[0]);
        Assert.Equal(1 + 27_000, fields[6].Length);
        Assert.Equal("1.234", fields[9]);
        Assert.Equal(9000, fields[10].Length);
    }

    private sealed class Capture : ILogAppender
    {
        public string Line { get; private set; } = "";

        public bool TryAppend(ReadOnlySpan<byte> line)
        {
            Line = Encoding.UTF8.GetString(line);
            return true;
        }
    }
}
