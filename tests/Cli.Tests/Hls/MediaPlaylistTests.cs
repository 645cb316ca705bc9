using Portcullis.Cli.Simulation.Hls;

namespace Portcullis.Cli.Tests.Hls;

public sealed class MediaPlaylistTests
{
    private static readonly Uri Location = new("http://edge.test/sid.h.p.s/live/sample/720/index.m3u8");

    [Fact]
    public void Parse_LiveWindow_NumbersSegmentsFromTheMediaSequence()
    {
        var playlist = MediaPlaylist.Parse("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:41\n#EXTINF:2.000,title, more\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:1.5,\n/abs/b.ts\n", Location);

        Assert.False(playlist.Ended);
        Assert.Equal(TimeSpan.FromSeconds(2), playlist.TargetDuration);
        Assert.Equal([41, 42], playlist.Segments.Select(s => s.Sequence));
        Assert.Equal(TimeSpan.FromSeconds(1.5), playlist.Segments[1].Duration);
        Assert.Equal("http://edge.test/sid.h.p.s/live/sample/720/a.ts", playlist.Segments[0].Media.Location.AbsoluteUri);
        Assert.Equal("http://edge.test/abs/b.ts", playlist.Segments[1].Media.Location.AbsoluteUri);
    }

    [Fact]
    public void Parse_ByteRangesMapAndKey_AreResolvedAndContinued()
    {
        var playlist = MediaPlaylist.Parse(
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-KEY:METHOD=AES-128,URI=\"k.bin\"\n#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"100@0\"\n"
            + "#EXTINF:4,\n#EXT-X-BYTERANGE:50@100\nall.mp4\n#EXTINF:4,\n#EXT-X-BYTERANGE:60\nall.mp4\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:4,\nc.mp4\n#EXT-X-ENDLIST\n",
            Location);

        Assert.True(playlist.Ended);
        Assert.Equal([new ByteRange(100, 50), new ByteRange(150, 60), null], playlist.Segments.Select(s => s.Media.Range));
        Assert.Equal(2, playlist.Segments[0].Prerequisites.Count);
        Assert.Equal(new ByteRange(0, 100), Assert.Single(playlist.Segments[2].Prerequisites).Range);
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXTINF:-3,\na.ts")]
    [InlineData("#EXTM3U\n#EXTINF:9999999999,\na.ts")]
    [InlineData("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:x\n")]
    [InlineData("#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:a@b\na.ts")]
    public void Parse_BadNumbers_IsAFormatException(string text) =>
        Assert.Throws<FormatException>(() => MediaPlaylist.Parse(text, Location));
}
