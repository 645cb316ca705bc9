using System.Globalization;
using System.Text;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Core.Tests.Media;

public sealed class MediaReaderTests
{
    private readonly MediaReader _reader = new();
    private long _time = 1_800_000_000_000;

    [Theory]
    [InlineData("/live/one/480p/seg-1234.ts", 1234)]
    [InlineData("/out/v1/abc/index_3_77.ts", 77)]
    [InlineData("/vod/one/video/00042.m4s", 42)]
    [InlineData("/vod/one/chunk-stream0-00009.m4s", 9)]
    [InlineData("/live/one/720p_00012.ts", 12)]
    [InlineData("/live/one/seg-12-v1-a1.ts", 12)]
    [InlineData("/live/one/segment12_1_av.ts", 12)]
    [InlineData("/live/one/v0/fileSequence271.mp4", 271)]
    [InlineData("/live/one/event-audio_eng=128000-video=550000-77.ts", 77)]
    [InlineData("/vod/film/cmaf/film_720_000000012.cmfv", 12)]
    public void Read_VideoSegment_IsItsNumber(string path, long expected)
    {
        // Which number counts is seen from those that vary; a title's other names are enough for that.
        var number = expected.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < 12; i++)
            Read(path.Replace(number, (expected + i).ToString(CultureInfo.InvariantCulture).PadLeft(number.Length, '0'), StringComparison.Ordinal));

        Assert.Equal((MediaKind.Video, expected), (Read(path).Kind, Read(path).Position));
    }

    [Theory]
    [InlineData("/live/one/480p/index.m3u8", MediaKind.Playlist)]
    [InlineData("/live/one/audio/seg-12.ts", MediaKind.Companion)]
    [InlineData("/live/one/audio/en/seg-12.m4s", MediaKind.Companion)]
    [InlineData("/live/one/aac_128/seg-12.m4s", MediaKind.Companion)]
    [InlineData("/live/one/480p/init-1.mp4", MediaKind.Companion)]
    [InlineData("/keys/live/one/12.key", MediaKind.Companion)]
    [InlineData("/live/one/subtitles/12.vtt", MediaKind.Side)]
    [InlineData("/live/one/thumbs/12.jpg", MediaKind.Side)]
    [InlineData("/live/one/iframe/12.ts", MediaKind.Side)]
    [InlineData("/ads/abc123/v2/seg-3.ts", MediaKind.Side)]
    [InlineData("/live/one/key12.bin", MediaKind.Other)]
    [InlineData("/live/one/segment.ts", MediaKind.Other)]
    [InlineData("/live/one/7", MediaKind.Other)]
    [InlineData("/seg", MediaKind.Other)]
    [InlineData("/", MediaKind.Other)]
    [InlineData("", MediaKind.Other)]
    [InlineData("/live/one/seg-1234567890123456789012345.ts", MediaKind.Other)]
    public void Read_NoPlayhead_HasNoPosition(string path, MediaKind expected) => Assert.Equal((expected, MediaRequest.None), (Read(path).Kind, Read(path).Position));

    /// <summary>Numbers behind the extension made the names one and were taken for the segments' numbers, which the shorter name lacked.</summary>
    [Fact]
    public void Read_NamesWithANumberMore_AreOtherNames()
    {
        Read("/live/one/seg-1.ts");
        for (var number = 10; number < 60; number++)
            Read($"/live/one/seg-1.ts{number}");

        Assert.Equal((MediaKind.Video, 1), (Read("/live/one/seg-1.ts").Kind, Read("/live/one/seg-1.ts").Position));
    }

    [Fact]
    public void Read_AudioContentType_IsNoPlayhead() => Assert.Equal(MediaKind.Companion, Read("/live/one/x/seg-7.m4s", "audio/mp4").Kind);

    [Fact]
    public void Read_OtherRendition_SharesTheTitleAndIsTold()
    {
        var (low, high, other) = (Read("/live/one/480p/seg-7.ts"), Read("/live/one/720p/seg-9.ts"), Read("/live/two/480p/seg-7.ts"));

        Assert.Equal(low.Title, high.Title);
        Assert.NotEqual(low.Rendition, high.Rendition);
        Assert.NotEqual(low.Title, other.Title);
        Assert.NotEqual(Read("/live/one/480p_007.ts").Rendition, Read("/live/one/720p_007.ts").Rendition);
        Assert.Equal(Read("/live/one/480p_007.ts").Rendition, Read("/live/one/480p_008.ts").Rendition);
    }

    [Fact]
    public void Read_PlayersCallItAudio_MostOfThemAreBelieved()
    {
        for (var i = 0; i < 6; i++)
            Read($"/live/one/x2/seg-{i}.m4s", objectType: "a", session: (ulong)i);

        Assert.Equal(MediaKind.Companion, Read("/live/one/x2/seg-9.m4s").Kind);
    }

    [Fact]
    public void Read_OneForgerCallsVideoAudio_IsNotBelieved()
    {
        for (var i = 0; i < 50; i++)
        {
            Read($"/live/one/720p/seg-{i}.m4s", objectType: "v", session: 1);
            if (i % 5 == 0)
                Assert.Equal(MediaKind.Video, Read($"/live/one/720p/seg-{i}.m4s", objectType: "a", session: 2).Kind);
        }
    }

    [Theory]
    [InlineData("/live/one/720p/seg-{0}.m4s", "a", MediaKind.Video)]
    [InlineData("/live/one/720p/seg-{0}.m4s", "c", MediaKind.Video)]
    [InlineData("/live/one/audio/seg-{0}.m4s", "v", MediaKind.Companion)]
    public void Read_OneForgerAmongPlayersThatSayNothing_FlipsNoRendition(string path, string forged, MediaKind expected)
    {
        for (var i = 0; i < 500; i++)
            Read(string.Format(CultureInfo.InvariantCulture, path, i), objectType: forged, duration: 30_000, session: 7);

        Assert.Equal(expected, Read(string.Format(CultureInfo.InvariantCulture, path, 501), session: 8).Kind);
    }

    [Fact]
    public void Read_OneForgerTellsTheDuration_IsNotBelieved()
    {
        for (var i = 0; i < 100; i++)
        {
            Read($"/live/one/720p/seg-{i}.ts", duration: 30_000, session: 7);
            _time += 4_000;
        }

        Assert.InRange(Read("/live/one/720p/seg-101.ts").SegmentMilliseconds, 3_700, 4_300);
    }

    [Fact]
    public void Read_TrackThatOnlyGoesAlongWithALargerOne_IsNoPlayhead()
    {
        // Nothing in name, type or player says which of the two is sound.
        for (var i = 0; i < 12; i++)
        {
            Read($"/vod/one/chunk-stream4-{i:d5}.m4s", "video/iso.segment", bytes: 64_000);
            Read($"/vod/one/chunk-stream1-{i:d5}.m4s", "video/iso.segment", bytes: 900_000);
            _time += 4_000;
        }

        Assert.Equal(MediaKind.Companion, Read("/vod/one/chunk-stream4-00099.m4s", "video/iso.segment").Kind);
        Assert.Equal(MediaKind.Video, Read("/vod/one/chunk-stream1-00099.m4s", "video/iso.segment").Kind);
    }

    [Theory]
    [InlineData("/live/one/720p/segment_{0}.ts", 1_607_374_320, 6)]
    [InlineData("/live/one/video_1/t{0}.m4s", 900_000_000, 360_000)]
    public void Read_NumbersThatCountTime_ComeOneAfterTheOther(string path, long first, long step)
    {
        long last = 0;
        for (var i = 0; i < 60; i++)
        {
            var position = Read(string.Format(CultureInfo.InvariantCulture, path, first + (i * step))).Position;
            if (i > 30)
                Assert.Equal(last + 1, position);
            last = position;
        }
    }

    [Fact]
    public void Read_LowLatencyParts_OnlyTheFirstOfASegmentCounts()
    {
        Read("/live/one/v0/filePart270.0.mp4");

        Assert.Equal((MediaKind.Video, 271L), (Read("/live/one/v0/filePart271.0.mp4").Kind, Read("/live/one/v0/filePart271.0.mp4").Position));
        Assert.Equal(MediaKind.Companion, Read("/live/one/v0/filePart271.3.mp4").Kind);
        Assert.Equal(Read("/live/one/v0/fileSequence271.mp4").Position, Read("/live/one/v0/filePart271.0.mp4").Position);
    }

    [Fact]
    public void Read_RangesOfOneFile_AreCountedByTheirMeanSize()
    {
        var positions = Enumerable.Range(0, 80).Select(i => Read("/vod/one/720p.mp4", "video/mp4", range: (1_184 + (i * 500_000L), 1_183 + ((i + 1) * 500_000L)))).ToList();

        Assert.Equal(MediaKind.Companion, Read("/vod/one/720p.mp4", "video/mp4", range: (0, 1_183)).Kind);
        Assert.Equal(Enumerable.Range(40, 40).Select(i => (long)i), positions.Skip(40).Select(request => request.Position));
        Assert.All(positions.Skip(40), request => Assert.Equal(MediaKind.Video, request.Kind));
    }

    [Fact]
    public void Read_ManyFetches_TellHowLongSegmentsPlay()
    {
        for (var i = 0; i < 200; i++)
        {
            Read($"/live/one/720p/seg-{i}.ts");
            _time += 4_000;
        }

        Assert.InRange(Read("/live/one/720p/seg-500.ts").SegmentMilliseconds, 3_700, 4_300);
    }

    [Fact]
    public void Read_PlayersTellTheDuration_IsTakenOnceSeveralHave()
    {
        for (var i = 0; i < 10; i++)
            Read($"/live/one/720p/seg-{i}.ts", duration: 6_000, session: (ulong)i);

        Assert.Equal(6_000, Read("/live/one/720p/seg-11.ts").SegmentMilliseconds);
    }

    private MediaRequest Read(string path, string contentType = "", string objectType = "", ulong session = 1, long bytes = 100_000, uint duration = 0, (long Start, long End) range = default)
    {
        var line = new LogLine
        {
            Time = _time, Status = 200, Bytes = bytes, ContentType = Encoding.UTF8.GetBytes(contentType), CmcdObjectType = Encoding.UTF8.GetBytes(objectType),
            CmcdObjectDuration = duration, RangeStart = range.Start, RangeEnd = range.End,
        };
        return _reader.Read(line, Encoding.UTF8.GetBytes(path), StableHash.Of((UInt128)session));
    }
}
