using System.Text;
using Portcullis.Media;

namespace Portcullis.Core.Tests.Media;

public sealed class MediaNamesTests
{
    [Theory]
    [InlineData("/live/one/480p/SEG-1.TS", "", MediaKind.Video)]
    [InlineData("/live/one/480p/seg-1.ts", "text/html", MediaKind.Side)]
    [InlineData("/live/one/480p/seg-1.ts", "image/jpeg", MediaKind.Side)]
    [InlineData("/live/one/480p/seg-1.m4s", "audio/mp4", MediaKind.Companion)]
    [InlineData("/live/a/seg-1.m4s", "", MediaKind.Companion)]
    [InlineData("/live/audio-video/seg-video-1.m4s", "", MediaKind.Video)]
    [InlineData("/live/slate/seg-1.ts", "", MediaKind.Side)]
    [InlineData("/live/one/manifest.mpd", "", MediaKind.Playlist)]
    [InlineData("/live/one/seg-1", "video/mp4", MediaKind.Other)]
    [InlineData("/live/one/.ts", "", MediaKind.Other)]
    public void KindOf_NamesAndTypes_AreTold(string path, string contentType, MediaKind expected) =>
        Assert.Equal(expected, MediaNames.KindOf(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(contentType)));

    [Fact]
    public void KindOf_LongPath_IsToldByItsEnd() =>
        Assert.Equal(MediaKind.Companion, MediaNames.KindOf(Encoding.UTF8.GetBytes($"/{new string('x', 5_000)}/audio/seg-1.ts"), default));

    [Theory]
    [InlineData("/live/one/480p/seg-1.ts", "/live/one/")]
    [InlineData("/live/one/video/avc1/3/seg-1.m4s", "/live/one/")]
    [InlineData("/live/one/seg-1.ts", "/live/one/")]
    [InlineData("/720p/seg-1.ts", "/720p/")]
    [InlineData("/seg-1.ts", "/")]
    public void TitleOf_FoldersOfRenditions_AreLeftOut(string path, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(MediaNames.TitleOf(Encoding.UTF8.GetBytes(path))));

    [Theory]
    [InlineData("720p", true)]
    [InlineData("stream_1500k", true)]
    [InlineData("v1", true)]
    [InlineData("hd", true)]
    [InlineData("0", true)]
    [InlineData("match", false)]
    [InlineData("season12episode3", false)]
    [InlineData("", false)]
    public void NamesRendition_Folder_IsTold(string folder, bool expected) => Assert.Equal(expected, MediaNames.NamesRendition(Encoding.UTF8.GetBytes(folder)));
}
