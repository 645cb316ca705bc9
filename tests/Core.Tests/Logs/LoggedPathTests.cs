using System.Text;

namespace Portcullis.Logs;

public sealed class LoggedPathTests
{
    [Theory]
    [InlineData("/live/a/seg-1.ts", "/live/a/seg-1.ts")]
    [InlineData("/%256Cive/a/seg-%2531.ts", "/live/a/seg-1.ts")]
    [InlineData("/live/./a/seg-1.ts", "/live/a/seg-1.ts")]
    [InlineData("/live/x/../a/seg-1.ts", "/live/a/seg-1.ts")]
    [InlineData("/live/x/%252E%252e/a/seg-1.ts", "/live/a/seg-1.ts")]
    [InlineData("/Gro%25C3%259Fes%2520Spiel/a.ts", "/Großes Spiel/a.ts")]
    [InlineData("/Gro%C3%9Fes%20Spiel/a.ts", "/Großes Spiel/a.ts")]
    [InlineData("/live/100%25/a.ts", "/live/100%25/a.ts")]
    [InlineData("/live/%", "/live/%")]
    [InlineData("/live/%252F/a.ts", "/live/%252F/a.ts")]
    [InlineData("/live/%zz", "/live/%zz")]
    public void Canonical_EverySpelling_IsThePathThatTheEdgeCompared(string logged, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(LoggedPath.Canonical(Encoding.UTF8.GetBytes(logged))));
}
