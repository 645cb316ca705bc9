namespace Portcullis.Local.Edge;

/// <summary>What a path of the edge leads to: a file, or a text made for the moment.</summary>
internal sealed record MediaItem
{
    public required string ContentType { get; init; }

    /// <summary>Value of the Cache-Control header.</summary>
    public required string CacheControl { get; init; }

    /// <summary>Full path of the file; null when there is a text.</summary>
    public string? File { get; init; }

    /// <summary>The text, UTF-8; empty when there is a file.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The content type of a file by its extension.</summary>
    public static string ContentTypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".m3u8" => "application/vnd.apple.mpegurl",
        ".mpd" => "application/dash+xml",
        ".ts" => "video/mp2t",
        ".mp4" or ".m4v" or ".cmfv" => "video/mp4",
        ".m4s" => "video/iso.segment",
        ".m4a" or ".cmfa" => "audio/mp4",
        ".aac" => "audio/aac",
        ".mp3" => "audio/mpeg",
        ".vtt" or ".webvtt" => "text/vtt",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "application/octet-stream",
    };
}
