using System.Text.RegularExpressions;

namespace Portcullis.Cli.Output;

/// <summary>Shortens playback tokens: they are bearer secrets, and a terminal's scrollback is not a safe.</summary>
internal static partial class TokenText
{
    private const int HeaderCharactersShown = 8;

    /// <summary>Replaces every <c>sid.header.payload.signature</c> in the text by <c>sid.eyJhbGci…</c>, and one without sid by <c>eyJhbGci…</c>.</summary>
    public static string Shorten(string text) =>
        text.Contains('.') ? Token().Replace(text, static m => $"{(m.Groups["sid"].Success ? $"{m.Groups["sid"].Value}." : "")}{Start(m.Groups["header"].Value)}…") : text;

    /// <summary>The shortened token that a playback URL carries as its first path segment.</summary>
    public static string OfPlaybackUrl(Uri playbackUrl)
    {
        var segment = playbackUrl.Segments.Length > 1 ? playbackUrl.Segments[1].TrimEnd('/') : "";
        var parts = segment.Split('.');
        return parts.Length > 1 ? $"{parts[0]}.{Start(parts[1])}…" : $"{Start(segment)}…";
    }

    private static string Start(string part) => part[..Math.Min(part.Length, HeaderCharactersShown)];

    [GeneratedRegex(@"(?:(?<sid>[A-Za-z0-9_-]+)\.(?<header>[A-Za-z0-9_-]{4,})|(?<header>eyJ[A-Za-z0-9_-]+))\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")]
    private static partial Regex Token();
}
