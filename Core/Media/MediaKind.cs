namespace Portcullis.Media;

/// <summary>What a media request is for, as far as detection cares.</summary>
public enum MediaKind : byte
{
    /// <summary>Nothing that is known: no media, or a request whose position cannot be read.</summary>
    Other = 0,

    /// <summary>A video segment, or the one part of it that stands for all: a mark of a playhead.</summary>
    Video,

    /// <summary>Separate audio, initialisation segments, keys, later parts of a segment: they go with a playhead and say nothing more.</summary>
    Companion,

    /// <summary>A playlist or manifest.</summary>
    Playlist,

    /// <summary>Subtitles, thumbnails, I-frames and advertisements: what a player asks for and a fetcher of one rendition does not.</summary>
    Side,
}
