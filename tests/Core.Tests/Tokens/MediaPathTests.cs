using System.Text;
using FsCheck.Fluent;

namespace Portcullis.Tokens;

public sealed class MediaPathTests
{
    private static readonly string[] Pieces = ["a", "video", ".", "..", "...", ".m4s", "", "%2e", "%2E%2e", "%41", "ä", "%c3%a4", "1"];

    private static string? Normalize(string path) => MediaPath.Normalize(Encoding.UTF8.GetBytes(path));

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b.m3u8", "/a/b.m3u8")]
    [InlineData("/%61/%c3%a4", "/a/ä")]
    [InlineData("/a%20b%3fc", "/a b?c")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/%2e%2E/c", "/c")]
    [InlineData("/../../c", "/c")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/b/.", "/a/b/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("/.hidden/..x", "/.hidden/..x")]
    [InlineData("/%252e%252e/a", "/%2e%2e/a")]
    [InlineData("/%252f", "/%2f")]
    public void Normalize_PathOfOneMeaning_IsDecodedOnceWithoutDotSegments(string raw, string expected) =>
        Assert.Equal(expected, Normalize(raw));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/a%2fb")]
    [InlineData("/a%2Fb")]
    [InlineData("/a\\b")]
    [InlineData("/a%5cb")]
    [InlineData("/a%00b")]
    [InlineData("/a\0b")]
    [InlineData("/a%")]
    [InlineData("/a%4")]
    [InlineData("/a%4g")]
    [InlineData("/a%u0041")]
    [InlineData("/%ff")]
    [InlineData("/%c3")]
    [InlineData("/%c0%af")]
    [InlineData("/%ed%a0%80")]
    public void Normalize_PathThatCouldMeanTwoThings_IsNull(string raw) => Assert.Null(Normalize(raw));

    [Fact]
    public void Normalize_LongerThanAUrlCanBe_IsNull() => Assert.Null(Normalize("/" + new string('a', 8192)));

    [Fact]
    public void Normalize_AnyPieces_LeavesNoDotSegmentAndStartsWithSlash() =>
        Seeded.Holds(Gen.Elements(Pieces).ArrayOf().Values(), pieces =>
        {
            var path = Normalize("/" + string.Join('/', pieces))!;
            return path[0] == '/' && !path.Split('/').Any(segment => segment is "." or "..");
        });

    [Fact]
    public void Normalize_AnyBytes_NeverThrows() =>
        Seeded.Holds(ArbMap.Default.ArbFor<byte[]>(), bytes => MediaPath.Normalize([(byte)'/', .. bytes ?? []]) is null or ['/', ..]);

    [Theory]
    [InlineData("/video/1", "/video/1", true)]
    [InlineData("/video/1/a.m4s", "/video/1", true)]
    [InlineData("/video/10", "/video/1", false)]
    [InlineData("/video/10/a.m4s", "/video/1", false)]
    [InlineData("/video/1", "/video/1/", false)]
    [InlineData("/video/1/a.m4s", "/video/1/", true)]
    [InlineData("/Video/1", "/video/1", false)]
    [InlineData("/anything", "/", true)]
    [InlineData("/anything", "", false)]
    public void IsUnder_AllowedPath_EndsAtASegment(string path, string allowed, bool expected) =>
        Assert.Equal(expected, MediaPath.IsUnder(path, allowed));
}
