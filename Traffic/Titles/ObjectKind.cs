namespace Portcullis.Traffic.Titles;

/// <summary>What a request asks for.</summary>
internal enum ObjectKind : byte
{
    Master,
    Playlist,
    AudioPlaylist,
    Video,
    Audio,
    Init,
    AudioInit,
    Subtitle,
    IFrame,
    Thumbnail,
    Key,

    /// <summary>A segment of an advertisement that the server put into the stream.</summary>
    Advertisement,

    /// <summary>A part of a low-latency segment.</summary>
    Part,
}
