using Portcullis.Local.Edge;

namespace Portcullis.Local.Tests.Edge;

public sealed class LiveRenditionTests
{
    private static readonly VodPlaylist Uneven = VodPlaylist.TryParse(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.5,\na.m4s\n#EXTINF:3,\nb.m4s\n#EXTINF:1.25,\nc.m4s\n#EXT-X-ENDLIST\n")!;

    private static LiveRendition Rendition(double loop = 8.75, int segments = 3) =>
        new(Uneven, ["/x/a.m4s", "/x/b.m4s", "/x/c.m4s"], TimeSpan.FromSeconds(loop), "seg-", new LiveWindow { Segments = segments });

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    [Theory]
    [InlineData(8.75, "0,1,2", 0)]
    [InlineData(13.24, "0,1,2", 0)]
    [InlineData(13.25, "1,2,3", 0)]
    [InlineData(16.25, "2,3,4", 0)]
    [InlineData(17.50, "3,4,5", 0)]
    [InlineData(22.00, "4,5,6", 1)]
    [InlineData(26.25, "6,7,8", 1)]
    public void PlaylistAt_UnevenDurations_ListsWhatHasEnded(double seconds, string sequences, int discontinuities)
    {
        var lines = Rendition().PlaylistAt(At(seconds)).Split('\n');

        Assert.Equal(sequences, string.Join(',', lines.Where(line => line.StartsWith("seg-", StringComparison.Ordinal)).Select(line => line[4..^4])));
        Assert.Contains($"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}", lines);
        Assert.Contains("#EXT-X-TARGETDURATION:5", lines);
        Assert.Contains("#EXT-X-MAP:URI=\"init.mp4\"", lines);
    }

    [Fact]
    public void PlaylistAt_EveryMoment_NumbersDiscontinuitiesByLoop()
    {
        var rendition = Rendition();
        for (var seconds = 9.0; seconds < 100; seconds += 0.25)
        {
            var lines = rendition.PlaylistAt(At(seconds)).Split('\n');
            var discontinuity = long.Parse(lines.Single(line => line.StartsWith("#EXT-X-DISCONTINUITY-SEQUENCE:", StringComparison.Ordinal)).Split(':')[1]);
            foreach (var line in lines)
            {
                if (line == "#EXT-X-DISCONTINUITY")
                    discontinuity++;
                else if (line.StartsWith("seg-", StringComparison.Ordinal))
                    Assert.Equal(long.Parse(line[4..^4]) / 3, discontinuity);
            }
        }
    }

    [Fact]
    public void PlaylistAt_ShorterThanTheTitle_StaysAlignedWithIt()
    {
        var playlist = Rendition(loop: 10).PlaylistAt(At(1_000_014.5));

        Assert.EndsWith("#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:1970-01-12T13:46:50.000Z\n#EXTINF:4.500000,\nseg-300003.m4s\n", Rendition(loop: 10).PlaylistAt(At(1_000_014.5)), StringComparison.Ordinal);
        Assert.DoesNotContain("seg-300004", playlist, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:2,\na.ts\n")]
    [InlineData("#EXTM3U\n#EXTINF:0,\na.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:x,\na.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:2,\n#EXT-X-BYTERANGE:9@0\na.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n")]
    public void TryParse_NotToBeLooped_IsNull(string text) => Assert.Null(VodPlaylist.TryParse(text));
}
