using System.Text;
using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class MediaPositionTests
{
    [Theory]
    [InlineData("/live/one/480p/seg-1234.ts", 1234)]
    [InlineData("/out/v1/abc/index_3_77.ts", 77)]
    [InlineData("/vod/one/video/00042.m4s", 42)]
    [InlineData("/vod/one/chunk-stream0-00009.m4s", 9)]
    [InlineData("/live/1795298884000.m4s", 1_795_298_884_000)]
    public void Read_VideoSegment_IsItsNumber(string path, long expected) => Assert.Equal(expected, Read(path));

    [Theory]
    [InlineData("/live/one/480p/index.m3u8")]
    [InlineData("/live/one/audio/seg-12.ts")]
    [InlineData("/live/one/aac_128/seg-12.m4s")]
    [InlineData("/live/one/480p/init-1.mp4")]
    [InlineData("/live/one/subtitles/12.vtt")]
    [InlineData("/live/one/thumbs/12.jpg")]
    [InlineData("/live/one/iframe/12.ts")]
    [InlineData("/live/one/key12.bin")]
    [InlineData("/live/one/segment.ts")]
    [InlineData("/seg")]
    [InlineData("")]
    [InlineData("/live/one/seg-1234567890123456789012345.ts")]
    public void Read_NoPlayhead_IsNone(string path) => Assert.Equal(MediaPosition.None, Read(path));

    [Fact]
    public void Read_CmcdObjectType_IsBelievedBeforeThePath()
    {
        Assert.Equal(MediaPosition.None, Read("/live/one/480p/seg-7.ts", objectType: "a"));
        Assert.Equal(7, Read("/live/one/audio/seg-7.ts", objectType: "av"));
    }

    [Fact]
    public void Read_AudioContentType_IsNone() => Assert.Equal(MediaPosition.None, Read("/live/one/x/seg-7.m4s", "audio/mp4"));

    [Fact]
    public void Read_OtherRendition_SharesTheTitle()
    {
        Assert.Equal(Title("/live/one/480p/seg-7.ts"), Title("/live/one/720p/seg-9.ts"));
        Assert.NotEqual(Title("/live/one/480p/seg-7.ts"), Title("/live/two/480p/seg-7.ts"));
    }

    private static long Read(string path, string contentType = "", string objectType = "") =>
        MediaPosition.Read(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(contentType), Encoding.UTF8.GetBytes(objectType), out _);

    private static ulong Title(string path)
    {
        MediaPosition.Read(Encoding.UTF8.GetBytes(path), default, default, out var title);
        return title;
    }
}
