using Portcullis.Cli.Simulation.Hls;

namespace Portcullis.Cli.Tests.Hls;

public sealed class MasterPlaylistTests
{
    private static readonly Uri Location = new("http://edge.test/sid.h.p.s/live/sample/master.m3u8");

    [Fact]
    public void Parse_VariantsInAnyOrder_AreSortedByBandwidthAndResolved()
    {
        var master = MasterPlaylist.Parse(
            """
            #EXTM3U
            #EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720
            hd/index.m3u8
            #EXT-X-STREAM-INF:CODECS="avc1.42c01e,BANDWIDTH=1",BANDWIDTH=500000
            # a comment between tag and URI
            ../other/sd.m3u8?x=1
            """,
            Location);

        Assert.Equal([500_000, 3_000_000], master.Renditions.Select(r => r.Bandwidth));
        Assert.Equal("http://edge.test/sid.h.p.s/live/other/sd.m3u8?x=1", master.Renditions[0].Playlist.AbsoluteUri);
        Assert.Equal("http://edge.test/sid.h.p.s/live/sample/hd/index.m3u8", master.Renditions[1].Playlist.AbsoluteUri);
    }

    [Fact]
    public void Parse_AudioGroup_GivesTheDefaultTrackOfTheVariant()
    {
        var master = MasterPlaylist.Parse(
            "#EXTM3U\r\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"en.m3u8\"\r\n"
            + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"de\",DEFAULT=YES,URI=\"de.m3u8\"\r\n"
            + "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\r\nv.m3u8\r\n#EXT-X-STREAM-INF:BANDWIDTH=2\r\nw.m3u8\r\n",
            Location);

        Assert.Equal("http://edge.test/sid.h.p.s/live/sample/de.m3u8", master.Renditions[0].Audio?.AbsoluteUri);
        Assert.Null(master.Renditions[1].Audio);
    }

    [Fact]
    public void Parse_MediaPlaylist_IsTheOnlyRendition() =>
        Assert.Equal(Location, Assert.Single(MasterPlaylist.Parse("#EXTM3U\n#EXTINF:2,\na.ts\n", Location).Renditions).Playlist);

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n")]
    public void Parse_NoPlaylist_SaysSo(string text) =>
        Assert.Contains("master.m3u8", Assert.Throws<FormatException>(() => MasterPlaylist.Parse(text, Location)).Message, StringComparison.Ordinal);
}
