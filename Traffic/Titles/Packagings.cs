namespace Portcullis.Traffic.Titles;

/// <summary>Naming conventions of packagers that are in use.</summary>
internal static class Packagings
{
    public static readonly Packaging Plain = new("plain")
    {
        Video = "{t}/v{r}/seg-{n}.ts", Playlist = "{t}/v{r}/index.m3u8", IFrame = "{t}/v{r}/iframe-{n}.ts", VideoType = "video/MP2T",
    };

    /// <summary>ffmpeg's HLS muxer, all renditions in one folder.</summary>
    public static readonly Packaging Flat = new("flat") { Video = "{t}/{h}p_{n5}.ts", Playlist = "{t}/{h}p.m3u8" };

    /// <summary>Random codes for renditions, audio named like video.</summary>
    public static readonly Packaging Coded = new("coded")
    {
        Video = "{t}/media-{c}_{n}.m4s", Audio = "{t}/media-{c}_{n}.m4s", Playlist = "{t}/chunklist-{c}.m3u8", AudioPlaylist = "{t}/chunklist-{c}.m3u8",
        Master = "{t}/playlist.m3u8", Init = "{t}/init-{c}.mp4", AudioInit = "{t}/init-{c}.mp4", VideoType = "video/mp4",
    };

    /// <summary>ffmpeg's DASH muxer: audio is one stream more, and the origin says of both only that they are segments.</summary>
    public static readonly Packaging Streams = new("streams")
    {
        Video = "{t}/chunk-stream{r}-{n5}.m4s", Audio = "{t}/chunk-stream{r}-{n5}.m4s", Playlist = "{t}/media_{r}.m3u8", AudioPlaylist = "{t}/media_{r}.m3u8",
        Init = "{t}/init-stream{r}.m4s", AudioInit = "{t}/init-stream{r}.m4s", VideoType = "video/iso.segment", AudioType = "video/iso.segment",
    };

    /// <summary>AWS MediaPackage, HLS.</summary>
    public static readonly Packaging Indexed = new("indexed")
    {
        Video = "{t}/index_{r}_{n}.ts?m=1591103854", Playlist = "{t}/index_{r}.m3u8", Master = "{t}/index.m3u8", IFrame = "{t}/index_iframe_{r}_{n}.ts?m=1591103854",
        VideoType = "video/MP2T",
    };

    /// <summary>AWS MediaPackage, CMAF.</summary>
    public static readonly Packaging IndexedTracks = new("indexed-tracks")
    {
        Video = "{t}/index_video_{r}_0_{n}.mp4?m=1595444219", Audio = "{t}/index_audio_{r}_0_{n}.mp4?m=1595444219", Playlist = "{t}/index_video_{r}_0.m3u8",
        AudioPlaylist = "{t}/index_audio_{r}_0.m3u8", Master = "{t}/index.m3u8", Init = "{t}/index_video_{r}_0_init.mp4?m=1595444219",
        AudioInit = "{t}/index_audio_{r}_0_init.mp4?m=1595444219", VideoType = "video/mp4",
    };

    /// <summary>Segments named by their time.</summary>
    public static readonly Packaging Clock = new("clock")
    {
        Video = "{t}/{h}p/segment_{n}.ts", Playlist = "{t}/{h}p/playlist.m3u8", Numbering = Numbering.EpochSeconds,
    };

    /// <summary>A folder for each track; the object store knows no type for the suffix.</summary>
    public static readonly Packaging Folders = new("folders")
    {
        Video = "{t}/video/{r}/seg{n}.m4s", Audio = "{t}/audio/en/seg{n}.m4s", Playlist = "{t}/video/{r}/prog.m3u8", AudioPlaylist = "{t}/audio/en/prog.m3u8",
        Init = "{t}/video/{r}/init.mp4", AudioInit = "{t}/audio/en/init.mp4", VideoType = "binary/octet-stream", AudioType = "binary/octet-stream",
    };

    /// <summary>Unified Origin: bitrates in the names.</summary>
    public static readonly Packaging Bitrates = new("bitrates")
    {
        Video = "{t}.isml/event-audio_eng=128000-video={b}-{n}.ts", Playlist = "{t}.isml/event-audio_eng=128000-video={b}.m3u8", Master = "{t}.isml/.m3u8",
        Subtitle = "{t}.isml/event-textstream_eng=1000-{n}.webvtt",
    };

    /// <summary>DASH names with $Time$, shared by HLS.</summary>
    public static readonly Packaging Ticks = new("ticks")
    {
        Video = "{t}/video_{r}/t{n}.m4s", Audio = "{t}/audio_0/t{n}.m4s", Playlist = "{t}/video_{r}.m3u8", AudioPlaylist = "{t}/audio_0.m3u8",
        Init = "{t}/video_{r}/i.mp4", AudioInit = "{t}/audio_0/i.mp4", VideoType = "video/mp4", Numbering = Numbering.Ticks,
    };

    /// <summary>One file a rendition, segments as byte ranges.</summary>
    public static readonly Packaging SingleFile = new("single-file")
    {
        Video = "{t}/{h}p.mp4", Audio = "{t}/audio_en.m4a", Playlist = "{t}/{h}p.m3u8", Init = "{t}/{h}p.mp4", AudioInit = "{t}/audio_en.m4a",
        VideoType = "video/mp4", AudioType = "audio/x-m4a", ByteRanges = true,
    };

    /// <summary>AWS MediaConvert, CMAF.</summary>
    public static readonly Packaging Converted = new("converted")
    {
        Video = "{t}/cmaf/film_{h}_{n9}.cmfv", Audio = "{t}/cmaf/film_audio_{n9}.cmfa", Playlist = "{t}/cmaf/film_{h}.m3u8", AudioPlaylist = "{t}/cmaf/film_audio.m3u8",
        Master = "{t}/cmaf/film.m3u8", Init = "{t}/cmaf/film_{h}init.cmfv", AudioInit = "{t}/cmaf/film_audioinit.cmfa", VideoType = "video/mp4",
    };

    /// <summary>Low-latency HLS with Apple's names.</summary>
    public static readonly Packaging LowLatency = new("low-latency")
    {
        Video = "{t}/v{r}/fileSequence{n}.mp4", Playlist = "{t}/v{r}/lowLatencyHLS.m3u8", Init = "{t}/v{r}/init.mp4", VideoType = "video/mp4",
    };
}
