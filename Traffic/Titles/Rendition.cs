namespace Portcullis.Traffic.Titles;

/// <summary>One quality of a title.</summary>
/// <param name="Bitrate">Bits per second.</param>
/// <param name="Height">Lines of the picture.</param>
/// <param name="Code">The packager's name for it, where it has random ones.</param>
internal sealed record Rendition(int Bitrate, int Height, string Code);
