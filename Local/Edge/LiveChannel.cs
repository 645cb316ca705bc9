namespace Portcullis.Local.Edge;

/// <summary>A title as a live channel: those of its media playlists that can be looped.</summary>
/// <param name="Playlists">Renditions by the path of their media playlist.</param>
/// <param name="Segments">Renditions by what the paths of their segments start with.</param>
/// <param name="Replaced">Paths of the title that the channel does not have as files: media playlists and their segments.</param>
internal sealed record LiveChannel(
    IReadOnlyDictionary<string, LiveRendition> Playlists,
    IReadOnlyDictionary<string, LiveRendition> Segments,
    IReadOnlySet<string> Replaced)
{
    private static readonly Uri Root = new("http://title/");

    /// <summary>Makes the channel of a title.</summary>
    /// <param name="paths">The title's files: path below the media folder to full path.</param>
    /// <param name="window">How much of the channel can be had.</param>
    public static LiveChannel Of(IReadOnlyDictionary<string, string> paths, LiveWindow window)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<(string Path, VodPlaylist Vod, string[] Files)>();
        foreach (var (path, file) in paths)
        {
            if (!path.EndsWith(".m3u8", StringComparison.OrdinalIgnoreCase) || File.ReadAllText(file) is not { } text || !text.Contains("#EXTINF:", StringComparison.Ordinal))
                continue;
            replaced.Add(path);
            if (VodPlaylist.TryParse(text) is not { } vod)
                continue;
            var segments = vod.Segments.Select(segment => Resolve(path, segment.Uri)).ToArray();
            if (!segments.All(paths.ContainsKey))
                continue;
            replaced.UnionWith(segments);
            found.Add((path, vod, Array.ConvertAll(segments, segment => paths[segment])));
        }
        var playlists = new Dictionary<string, LiveRendition>(StringComparer.Ordinal);
        var starts = new Dictionary<string, LiveRendition>(StringComparer.Ordinal);
        var loop = found.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(found.Max(one => one.Vod.Segments.Sum(segment => segment.Duration.Ticks)));
        foreach (var folder in found.GroupBy(one => one.Path[..(one.Path.LastIndexOf('/') + 1)]))
        {
            foreach (var (path, vod, files) in folder)
            {
                var prefix = folder.Count() == 1 ? "seg-" : $"{Path.GetFileNameWithoutExtension(path)}-seg-";
                var rendition = new LiveRendition(vod, files, loop, prefix, window);
                playlists.Add(path, rendition);
                starts.Add(folder.Key + prefix, rendition);
            }
        }
        return new LiveChannel(playlists, starts, replaced);
    }

    private static string Resolve(string playlist, string segment) =>
        Uri.TryCreate(new Uri(Root, Uri.EscapeDataString(playlist).Replace("%2F", "/", StringComparison.Ordinal)), segment, out var uri) && uri.Host == Root.Host
            ? Uri.UnescapeDataString(uri.AbsolutePath[1..])
            : "";
}
