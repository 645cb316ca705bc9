namespace Portcullis.Logs;

/// <summary>Reduces a media request to (title, position): what a playhead is made of.</summary>
public static class MediaPosition
{
    /// <summary>No playhead.</summary>
    public const long None = -1;

    /// <summary>
    /// The position of a video segment request: the last number in its file name. <see cref="None"/> for manifests, audio, subtitles,
    /// initialisation segments, thumbnails, keys and whatever else is no playhead.
    /// </summary>
    /// <param name="path">The media path, in the spelling of <see cref="LoggedPath"/>.</param>
    /// <param name="contentType">Content type of the response, or empty.</param>
    /// <param name="cmcdObjectType">CMCD object type, or empty; believed before the path.</param>
    /// <param name="title">A key of the title: the path without its last folder, so that renditions share it.</param>
    public static long Read(ReadOnlySpan<byte> path, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> cmcdObjectType, out ulong title)
    {
        title = 0;
        var slash = path.LastIndexOf((byte)'/');
        if (slash < 0)
            return None;
        var name = path[(slash + 1)..];
        var dot = name.LastIndexOf((byte)'.');
        if (dot <= 0 || !IsSegmentType(name[(dot + 1)..]))
            return None;
        if (!cmcdObjectType.IsEmpty)
        {
            if (!cmcdObjectType.SequenceEqual("v"u8) && !cmcdObjectType.SequenceEqual("av"u8))
                return None;
        }
        else if (contentType.StartsWith("audio/"u8) || contentType.StartsWith("text/"u8) || NamesNoPlayhead(path[FolderStart(path, slash)..]))
        {
            return None;
        }
        var position = LastNumber(name[..dot]);
        if (position != None)
            title = StableHash.Of(path[..FolderStart(path, slash)]);
        return position;
    }

    private static bool IsSegmentType(ReadOnlySpan<byte> extension) =>
        extension.SequenceEqual("ts"u8) || extension.SequenceEqual("m4s"u8) || extension.SequenceEqual("mp4"u8)
        || extension.SequenceEqual("m4v"u8) || extension.SequenceEqual("cmfv"u8);

    /// <summary>Where the last folder's name starts; the folder itself where it is the only one.</summary>
    private static int FolderStart(ReadOnlySpan<byte> path, int slash)
    {
        var before = slash <= 0 ? -1 : path[..slash].LastIndexOf((byte)'/');
        return before <= 0 ? slash : before + 1;
    }

    private static bool NamesNoPlayhead(ReadOnlySpan<byte> folderAndName)
    {
        Span<byte> lower = stackalloc byte[128];
        if (folderAndName.Length > lower.Length)
            folderAndName = folderAndName[^lower.Length..];
        for (var i = 0; i < folderAndName.Length; i++)
            lower[i] = (byte)(folderAndName[i] | 0x20);
        lower = lower[..folderAndName.Length];
        return lower.IndexOf("audio"u8) >= 0 || lower.IndexOf("aac"u8) >= 0 || lower.IndexOf("init"u8) >= 0 || lower.IndexOf("subtitle"u8) >= 0
            || lower.IndexOf("vtt"u8) >= 0 || lower.IndexOf("iframe"u8) >= 0 || lower.IndexOf("thumb"u8) >= 0;
    }

    private static long LastNumber(ReadOnlySpan<byte> name)
    {
        var end = name.LastIndexOfAnyInRange((byte)'0', (byte)'9') + 1;
        var start = end;
        while (start > 0 && name[start - 1] is >= (byte)'0' and <= (byte)'9')
            start--;
        return end - start is > 0 and <= 18 && System.Buffers.Text.Utf8Parser.TryParse(name[start..end], out long number, out _) ? number : None;
    }
}
