namespace Portcullis.Media;

/// <summary>What names of files and folders tell about a media request.</summary>
internal static class MediaNames
{
    private const int LongestLooked = 160;

    /// <summary>The kind that a path's names tell; <see cref="MediaKind.Video"/> for a segment that nothing says otherwise of.</summary>
    /// <param name="path">The whole path.</param>
    /// <param name="contentType">Content type of the response, or empty.</param>
    public static MediaKind KindOf(ReadOnlySpan<byte> path, ReadOnlySpan<byte> contentType)
    {
        Span<byte> lower = stackalloc byte[LongestLooked];
        var looked = path.Length > LongestLooked ? path[^LongestLooked..] : path;
        for (var i = 0; i < looked.Length; i++)
            lower[i] = looked[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(looked[i] | 0x20) : looked[i];
        lower = lower[..looked.Length];
        var name = lower[(lower.LastIndexOf((byte)'/') + 1)..];
        var dot = name.LastIndexOf((byte)'.');
        var kind = dot <= 0 ? MediaKind.Other : KindOfExtension(name[(dot + 1)..]);
        if (kind != MediaKind.Video)
            return kind;
        if (contentType.StartsWith("audio/"u8))
            return MediaKind.Companion;
        if (contentType.StartsWith("text/"u8) || contentType.StartsWith("image/"u8))
            return MediaKind.Side;
        var folders = lower[..^name.Length];
        if (HasFolder(folders, "ads"u8) || HasFolder(folders, "ad"u8) || HasFolder(folders, "adverts"u8) || HasFolder(folders, "slate"u8))
            return MediaKind.Side;
        // A name that has both is of a segment that has both.
        if (name.IndexOf("video"u8) >= 0)
            return MediaKind.Video;
        var near = lower[FolderStart(lower)..];
        if (Any(near, "iframe"u8, "i-frame"u8, "trick"u8, "thumb"u8) || Any(near, "subtitle"u8, "caption"u8, "vtt"u8, "subs"u8))
            return MediaKind.Side;
        return Any(near, "audio"u8, "aac"u8, "init"u8, "mp4a"u8) || HasFolder(folders, "audio"u8) || HasFolder(folders, "aud"u8) || HasFolder(folders, "a"u8) ? MediaKind.Companion : MediaKind.Video;
    }

    /// <summary>The folder that a title's renditions share: the path up to folders that name a rendition.</summary>
    public static ReadOnlySpan<byte> TitleOf(ReadOnlySpan<byte> path)
    {
        var folder = path[..(path.LastIndexOf((byte)'/') + 1)];
        // Below a rendition there may be one more folder, such as a codec's.
        for (var depth = 0; depth < 3 && folder.Length > 1; depth++)
        {
            var start = folder[..^1].LastIndexOf((byte)'/') + 1;
            if (start <= 1 || !NamesRendition(folder[start..^1]))
                break;
            folder = folder[..start];
        }
        return folder;
    }

    /// <summary>Whether a folder's name is one of a rendition: a number, a height or bit rate, a codec, a quality.</summary>
    internal static bool NamesRendition(ReadOnlySpan<byte> folder)
    {
        if (folder.IsEmpty || folder.Length > 40)
            return false;
        Span<byte> lower = stackalloc byte[folder.Length];
        for (var i = 0; i < folder.Length; i++)
            lower[i] = (byte)(folder[i] | 0x20);
        if (!folder.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return true;
        foreach (var word in (ReadOnlySpan<string>)["video", "avc", "hevc", "h264", "h265", "hvc1", "av1", "vp9", "low", "mid", "high", "uhd", "fhd", "rendition", "variant", "quality", "stream", "track", "kbps", "bitrate", "chunklist"])
        {
            if (Contains(lower, word))
                return true;
        }
        foreach (var whole in (ReadOnlySpan<string>)["sd", "hd", "hi", "lo", "med", "main", "4k", "2k"])
        {
            if (lower.Length == whole.Length && Contains(lower, whole))
                return true;
        }
        return IsNumbered(lower);
    }

    /// <summary>A height or a rate somewhere in it (720p, 1500k), or a few letters and then a number (v1, r0, hd2).</summary>
    private static bool IsNumbered(ReadOnlySpan<byte> lower)
    {
        if (HasDigitsThen(lower, (byte)'p', 3, 4) || HasDigitsThen(lower, (byte)'k', 2, 5))
            return true;
        var digit = lower.IndexOfAnyInRange((byte)'0', (byte)'9');
        return digit is 1 or 2 && lower.Length - digit <= 5 && !lower[digit..].ContainsAnyExceptInRange((byte)'0', (byte)'9') && !lower[..digit].ContainsAnyExceptInRange((byte)'a', (byte)'z');
    }

    private static bool HasDigitsThen(ReadOnlySpan<byte> text, byte unit, int least, int most)
    {
        var run = 0;
        foreach (var c in text)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                run++;
                continue;
            }
            if (c == unit && run >= least && run <= most)
                return true;
            run = 0;
        }
        return false;
    }

    private static MediaKind KindOfExtension(ReadOnlySpan<byte> extension)
    {
        if (extension.SequenceEqual("ts"u8) || extension.SequenceEqual("m4s"u8) || extension.SequenceEqual("mp4"u8) || extension.SequenceEqual("m4v"u8)
            || extension.SequenceEqual("cmfv"u8) || extension.SequenceEqual("m4f"u8) || extension.SequenceEqual("mp4v"u8) || extension.SequenceEqual("webm"u8))
            return MediaKind.Video;
        if (extension.SequenceEqual("m3u8"u8) || extension.SequenceEqual("mpd"u8) || extension.SequenceEqual("ism"u8))
            return MediaKind.Playlist;
        if (extension.SequenceEqual("aac"u8) || extension.SequenceEqual("m4a"u8) || extension.SequenceEqual("cmfa"u8) || extension.SequenceEqual("mp3"u8)
            || extension.SequenceEqual("ac3"u8) || extension.SequenceEqual("ec3"u8) || extension.SequenceEqual("mp4a"u8) || extension.SequenceEqual("m4i"u8) || extension.SequenceEqual("init"u8) || extension.SequenceEqual("key"u8))
            return MediaKind.Companion;
        return extension.SequenceEqual("vtt"u8) || extension.SequenceEqual("webvtt"u8) || extension.SequenceEqual("ttml"u8) || extension.SequenceEqual("cmft"u8) || extension.SequenceEqual("srt"u8)
            || extension.SequenceEqual("jpg"u8) || extension.SequenceEqual("jpeg"u8) || extension.SequenceEqual("png"u8) || extension.SequenceEqual("webp"u8)
            ? MediaKind.Side : MediaKind.Other;
    }

    /// <summary>Where the last folder's name starts; the file's name where there is only one folder.</summary>
    private static int FolderStart(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return slash <= 0 ? Math.Max(slash, 0) : path[..slash].LastIndexOf((byte)'/') + 1;
    }

    private static bool HasFolder(ReadOnlySpan<byte> folders, ReadOnlySpan<byte> name)
    {
        for (var at = folders.IndexOf(name); at >= 0;)
        {
            var end = at + name.Length;
            if (at > 0 && folders[at - 1] == '/' && end < folders.Length && folders[end] == '/')
                return true;
            var next = folders[end..].IndexOf(name);
            at = next < 0 ? -1 : end + next;
        }
        return false;
    }

    private static bool Any(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d) =>
        text.IndexOf(a) >= 0 || text.IndexOf(b) >= 0 || text.IndexOf(c) >= 0 || text.IndexOf(d) >= 0;

    private static bool Contains(ReadOnlySpan<byte> text, string word)
    {
        Span<byte> bytes = stackalloc byte[word.Length];
        System.Text.Encoding.ASCII.GetBytes(word, bytes);
        return text.IndexOf(bytes) >= 0;
    }
}
