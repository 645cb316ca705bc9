using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Portcullis.Local.Edge;

/// <summary>The paths an edge can serve, indexed once: a path that is not in the index leads nowhere, whatever it is made of.</summary>
internal sealed class MediaLibrary
{
    private const string Vod = "/vod/", Live = "/live/";
    private const string ForAnHour = "public, max-age=3600";

    private readonly FrozenDictionary<string, MediaItem> _files;
    private readonly FrozenDictionary<string, LiveRendition> _playlists;
    private readonly FrozenDictionary<string, LiveRendition>.AlternateLookup<ReadOnlySpan<char>> _segments;

    private MediaLibrary(Dictionary<string, MediaItem> files, Dictionary<string, LiveRendition> playlists, Dictionary<string, LiveRendition> segments)
    {
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        _playlists = playlists.ToFrozenDictionary(StringComparer.Ordinal);
        _segments = segments.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Indexes a folder: its subfolders are the titles. Hidden files and links are left out.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static MediaLibrary Index(string folder, LiveWindow window)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Edge:MediaFolder is '{folder}', which does not exist.");
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        var files = new Dictionary<string, MediaItem>(StringComparer.Ordinal);
        var playlists = new Dictionary<string, LiveRendition>(StringComparer.Ordinal);
        var segments = new Dictionary<string, LiveRendition>(StringComparer.Ordinal);
        foreach (var title in new DirectoryInfo(folder).EnumerateDirectories("*", new EnumerationOptions { AttributesToSkip = everything.AttributesToSkip }))
        {
            var paths = title.EnumerateFiles("*", everything).ToDictionary(
                file => $"{title.Name}/{Path.GetRelativePath(title.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/')}",
                file => file.FullName,
                StringComparer.Ordinal);
            var channel = LiveChannel.Of(paths, window);
            foreach (var (path, file) in paths)
            {
                var item = new MediaItem { ContentType = MediaItem.ContentTypeOf(file), CacheControl = ForAnHour, File = file };
                files.Add(Vod + path, item);
                if (!channel.Replaced.Contains(path))
                    files.Add(Live + path, item);
            }
            foreach (var (path, rendition) in channel.Playlists)
                playlists.Add(Live + path, rendition);
            foreach (var (path, rendition) in channel.Segments)
                segments.Add(Live + path, rendition);
        }
        return new MediaLibrary(files, playlists, segments);
    }

    /// <summary>What a normalised path leads to at a time, or null.</summary>
    public MediaItem? Find(string path, DateTimeOffset now)
    {
        if (_files.TryGetValue(path, out var item))
            return item;
        if (_playlists.TryGetValue(path, out var playlist))
            return new MediaItem { ContentType = MediaItem.ContentTypeOf(path), CacheControl = "max-age=1", Text = Encoding.UTF8.GetBytes(playlist.PlaylistAt(now)) };
        return FindSegment(path, now) is { } file
            ? new MediaItem { ContentType = MediaItem.ContentTypeOf(file), CacheControl = "public, max-age=60", File = file }
            : null;
    }

    private string? FindSegment(string path, DateTimeOffset now)
    {
        var number = path.LastIndexOf('-') + 1;
        var dot = path.LastIndexOf('.');
        if (number == 0 || dot <= number || !_segments.TryGetValue(path.AsSpan(0, number), out var rendition))
            return null;
        var digits = path.AsSpan(number, dot - number);
        // One name per segment: with leading zeros a segment would have many.
        return (digits[0] != '0' || digits.Length == 1) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? rendition.FileOf(sequence, path.AsSpan(dot), now)
            : null;
    }
}
