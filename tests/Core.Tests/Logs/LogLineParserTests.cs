using System.Text;
using FsCheck.Fluent;
using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class LogLineParserTests
{
    [Fact]
    public void TryParse_DefaultLine_GivesEveryField()
    {
        var fault = LogLineParser.TryParse(new LineText().Bytes, LogFieldList.Default, out var line);

        Assert.Equal(LineFault.None, fault);
        Assert.Equal(1_795_298_884_112, line.Time);
        Assert.Equal(200, line.Status);
        Assert.Equal(34_567, line.Bytes);
        Assert.Equal("198.51.100.7"u8, line.ClientIp);
        Assert.Equal("abcdefghijklmnop"u8, line.PathSid);
        Assert.Equal("/live/one/480p/seg-7.ts"u8, line.MediaPath);
        Assert.Equal("DE"u8, line.Country);
        Assert.Equal(3320u, line.Asn);
        Assert.Equal("ok.abcdefghijklmnop"u8, line.LogData);
    }

    [Theory]
    [InlineData("/abcdefghijklmnop.aaaa.bbbb.cccc/live/seg-1.ts?pt=secret&x=1", "abcdefghijklmnop", "/live/seg-1.ts")]
    [InlineData("/aaaa.bbbb.cccc/live/seg-1.ts", "", "/live/seg-1.ts")]
    [InlineData("/live/seg-1.ts", "", "/live/seg-1.ts")]
    [InlineData("/abc.aaaa.bb%62b.cccc/live/seg-1.ts", "", "/live/seg-1.ts")]
    [InlineData("/a.b.c.d.e/live/seg-1.ts", "", "/live/seg-1.ts")]
    [InlineData("/abcdefghijklmnop.aaaa.bbbb.cccc", "", "")]
    [InlineData("/favicon.ico", "", "/favicon.ico")]
    [InlineData("-", "", "")]
    public void TryParse_Uri_IsCutSoThatNoTokenRemains(string uri, string sid, string path)
    {
        LogLineParser.TryParse(new LineText { Uri = uri }.Bytes, LogFieldList.Default, out var line);

        Assert.Equal(sid, Encoding.UTF8.GetString(line.PathSid));
        Assert.Equal(path, Encoding.UTF8.GetString(line.MediaPath));
    }

    [Theory]
    [InlineData("/abcdefghijklmnop/live/one/480p/seg-7.ts?Policy=eyJ&Signature=s~&Key-Pair-Id=K1", "ok.abcdefghijklmnop", "abcdefghijklmnop", "/live/one/480p/seg-7.ts")]
    [InlineData("/abcdefghijklmnop/", "ok.abcdefghijklmnop", "abcdefghijklmnop", "/")]
    [InlineData("/abcdefghijklmnop", "ok.abcdefghijklmnop", "", "/abcdefghijklmnop")]
    [InlineData("/abcdefghijklmnop/a.ts", "ok.abcdefghijklmnoq", "", "/abcdefghijklmnop/a.ts")]
    [InlineData("/abcdefghijklmnop/a.ts", "ok.abcdefghijklmno", "", "/abcdefghijklmnop/a.ts")]
    [InlineData("/abcdefghijklmnop/a.ts", "no.revoked", "", "/abcdefghijklmnop/a.ts")]
    [InlineData("/abcdefghijklmnop/a.ts", "-", "", "/abcdefghijklmnop/a.ts")]
    [InlineData("/live/a.ts", "ok.live", "", "/live/a.ts")]
    public void TryParse_SignedForm_IsCutWhereTheEdgeAcceptedThisSid(string uri, string logData, string sid, string path)
    {
        LogLineParser.TryParse(new LineText { Uri = uri, LogData = logData }.Bytes, LogFieldList.Default, out var line);

        Assert.Equal(sid, Encoding.UTF8.GetString(line.PathSid));
        Assert.Equal(path, Encoding.UTF8.GetString(line.MediaPath));
    }

    [Fact]
    public void TryParse_RealSample_Parses()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cloudfront-realtime-sample.txt"));
        var fields = LogFieldList.Parse(lines[1]);

        var fault = LogLineParser.TryParse(Encoding.UTF8.GetBytes(lines[2]), fields, out var line);

        Assert.Equal(LineFault.None, fault);
        Assert.Equal(1_607_374_321_541, line.Time);
        Assert.Equal("/i"u8, line.MediaPath);
        Assert.Equal("6PfZe0cc_AjXUjFuGnL9pGOmFdUx8xR8ZU8nr44JYJWi-DaeJjcxkw=="u8, line.RequestId);
    }

    [Fact]
    public void TryParse_Referers_AreToldApart()
    {
        var keys = ((string[])["-", "https://player.example/", "https://other.example/", "-"]).Select(referer =>
        {
            LogLineParser.TryParse(new LineText { Referer = referer }.Bytes, LogFieldList.Default, out var line);
            return line.RefererKey;
        }).ToArray();

        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(keys[0], keys[3]);
    }

    [Fact]
    public void TryParse_CarriageReturn_IsPassedOver()
    {
        var fault = LogLineParser.TryParse([.. new LineText().Bytes, (byte)'\r'], LogFieldList.Default, out var line);

        Assert.Equal(LineFault.None, fault);
        Assert.Equal("ok.abcdefghijklmnop"u8, line.LogData);
    }

    [Theory]
    [InlineData("1607374321", 1_607_374_321_000)]
    [InlineData("1607374321.5", 1_607_374_321_500)]
    [InlineData("1607374321.5419", 1_607_374_321_541)]
    public void TryParse_Timestamp_HasMilliseconds(string text, long expected)
    {
        var line = text + new LineText().ToString()[14..];

        Assert.Equal(LineFault.None, LogLineParser.TryParse(Encoding.UTF8.GetBytes(line), LogFieldList.Default, out var parsed));
        Assert.Equal(expected, parsed.Time);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("16073x")]
    [InlineData("1607374321.")]
    [InlineData("1607374321.x")]
    [InlineData("-1607374321.5")]
    [InlineData("99999999999999")]
    [InlineData("12.5")]
    public void TryParse_NoTimestamp_IsAFault(string text)
    {
        var line = text + new LineText().ToString()[14..];

        Assert.Equal(LineFault.Timestamp, LogLineParser.TryParse(Encoding.UTF8.GetBytes(line), LogFieldList.Default, out _));
    }

    [Fact]
    public void TryParse_DamagedLines_GiveTheirFault()
    {
        var good = new LineText().ToString();

        Assert.Equal(LineFault.FieldCount, Parse(good[..good.LastIndexOf('\t')]));
        Assert.Equal(LineFault.FieldCount, Parse(good + "\textra"));
        Assert.Equal(LineFault.FieldCount, Parse("no tabs at all"));
        Assert.Equal(LineFault.Status, Parse(new LineText { Status = "20x" }.ToString()));
        Assert.Equal(LineFault.Status, Parse(new LineText { Status = "-" }.ToString()));
        Assert.Equal(LineFault.Address, Parse(new LineText { Ip = "256.1.1.1" }.ToString()));
        Assert.Equal(LineFault.TooLong, Parse(new LineText { UserAgent = new string('u', 1 << 20) }.ToString()));
        Assert.Equal(LineFault.Encoding, LogLineParser.TryParse([.. new LineText().Bytes, 0xFF], LogFieldList.Default, out _));
    }

    [Fact]
    public void TryParse_ViewerGone_HasStatusZero() =>
        Assert.Equal(LineFault.None, Parse(new LineText { Status = "000" }.ToString()));

    [Fact]
    public void TryParse_AnyBytes_NeverThrows()
    {
        var pieces = Gen.Elements("\t", "-", "1795298884.112", "198.51.100.7", "200", "/a.b.c.d/x", "::1", "\u00e9", "%", "\r", "ok.", ".").ListOf().Select(list => string.Concat(list));
        Seeded.Holds(pieces.Values(), text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            LogLineParser.TryParse(bytes, LogFieldList.Default, out _);
            LogLineParser.TryParse(bytes, LogFieldList.Parse("timestamp c-ip sc-status cs-uri-stem"), out _);
            LogLineParser.PeekTime(bytes, LogFieldList.Default);
            return true;
        });
    }

    [Fact]
    public void TryParse_Line_AllocatesNothing()
    {
        var bytes = new LineText().Bytes;
        LogLineParser.TryParse(bytes, LogFieldList.Default, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            LogLineParser.TryParse(bytes, LogFieldList.Default, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static LineFault Parse(string line) => LogLineParser.TryParse(Encoding.UTF8.GetBytes(line), LogFieldList.Default, out _);
}
