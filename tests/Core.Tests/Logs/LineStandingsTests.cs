using System.Text;
using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class LineStandingsTests
{
    private const string Sid = "abcdefghijklmnop";

    [Theory]
    [InlineData("ok.abcdefghijklmnop", "200", "GET", LineStanding.Accepted)]
    [InlineData("ok.abcdefghijklmnop", "404", "GET", LineStanding.Accepted)]
    [InlineData("ok.abcdefghijklmnop", "000", "GET", LineStanding.Accepted)]
    [InlineData("ok.abcdefghijklmnop", "200", "HEAD", LineStanding.Unrelated)]
    [InlineData("ok.abcdefghijklmnop", "200", "OPTIONS", LineStanding.Unrelated)]
    [InlineData("ok.abcdefghijklmnop.unchecked", "200", "GET", LineStanding.Accepted)]
    [InlineData("ok.", "200", "GET", LineStanding.Unrelated)]
    [InlineData("ok..unchecked", "200", "GET", LineStanding.Unrelated)]
    [InlineData("ok.not%20a%20sid", "200", "GET", LineStanding.Unrelated)]
    [InlineData("no.signature", "401", "GET", LineStanding.Refused)]
    [InlineData("no.revoked", "403", "GET", LineStanding.Refused)]
    [InlineData("-", "403", "GET", LineStanding.Refused)]
    [InlineData("-", "401", "GET", LineStanding.Refused)]
    [InlineData("-", "200", "GET", LineStanding.Unrelated)]
    public void Judge_RequiredLogData_BelievesTheFunctionOnly(string logData, string status, string method, LineStanding expected) =>
        Assert.Equal(expected, Judge(new LineText { LogData = logData, Status = status, Method = method }, LogDataTrust.Required).Standing);

    [Theory]
    [InlineData("-", "200", "GET", LineStanding.Accepted)]
    [InlineData("-", "206", "GET", LineStanding.Accepted)]
    [InlineData("-", "304", "GET", LineStanding.Accepted)]
    [InlineData("-", "404", "GET", LineStanding.Unrelated)]
    [InlineData("-", "401", "GET", LineStanding.Refused)]
    [InlineData("-", "403", "GET", LineStanding.Refused)]
    [InlineData("-", "200", "HEAD", LineStanding.Unrelated)]
    [InlineData("-", "200", "OPTIONS", LineStanding.Unrelated)]
    [InlineData("no.signature", "200", "GET", LineStanding.Refused)]
    public void Judge_LogDataWhenPresent_BelievesThePathOfServedRequests(string logData, string status, string method, LineStanding expected) =>
        Assert.Equal(expected, Judge(new LineText { LogData = logData, Status = status, Method = method }, LogDataTrust.WhenPresent).Standing);

    [Fact]
    public void Judge_StrangersPath_CountsForTheVerifiedSessionOnly()
    {
        var (standing, sid) = Judge(new LineText { Uri = "/victimvictimvictim.x.y.z/live/seg-1.ts", LogData = "ok.strangerstranger" }, LogDataTrust.WhenPresent);

        Assert.Equal(LineStanding.Accepted, standing);
        Assert.Equal("strangerstranger", sid);
    }

    [Fact]
    public void Judge_Accepted_NamesTheSession() => Assert.Equal(Sid, Judge(new LineText(), LogDataTrust.Required).Sid);

    private static (LineStanding Standing, string Sid) Judge(LineText text, LogDataTrust trust)
    {
        Assert.Equal(LineFault.None, LogLineParser.TryParse(text.Bytes, LogFieldList.Default, out var line));
        var standing = LineStandings.Judge(line, trust, out var sid);
        return (standing, Encoding.ASCII.GetString(sid));
    }
}
