using System.Globalization;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Titles;

/// <summary>Everything that can be watched: live channels of six packagers and titles on demand of eight.</summary>
internal sealed class TitleCatalogue
{
    private static readonly (int, int)[] Full = [(550_000, 360), (1_400_000, 540), (2_800_000, 720), (5_200_000, 1080)];
    private static readonly (int, int)[] Five = [(400_000, 288), (900_000, 432), (1_800_000, 576), (3_500_000, 720), (6_000_000, 1080)];
    private static readonly (int, int)[] Three = [(700_000, 360), (1_900_000, 540), (4_000_000, 720)];

    private readonly List<Title> _titles = [];
    private readonly ulong _seed;

    private TitleCatalogue(ulong seed) => _seed = seed;

    /// <summary>All titles, in a fixed order.</summary>
    public IReadOnlyList<Title> Titles => _titles;

    public static TitleCatalogue Create(ulong seed, long start)
    {
        var catalogue = new TitleCatalogue(seed);
        catalogue.AddLive(start);
        catalogue.AddOnDemand();
        return catalogue;
    }

    /// <summary>A title of the audience's choice among those that fit.</summary>
    /// <exception cref="InvalidOperationException">None fits.</exception>
    public Title Draw(Func<Title, bool> fits, ref Rng rng)
    {
        Title? drawn = null;
        var weights = 0;
        foreach (var title in _titles)
        {
            if (title.Outline.Weight == 0 || !fits(title))
                continue;
            weights += title.Outline.Weight;
            if (rng.Below(weights) < title.Outline.Weight)
                drawn = title;
        }
        return drawn ?? throw new InvalidOperationException("No title fits.");
    }

    private void AddLive(long start)
    {
        var match = new TitleOutline
        {
            Packaging = Packagings.Plain, Ladder = Full, SegmentLength = 4000, LiveStart = Aligned(start, 25 * 60, 4000), Latency = 900, FirstNumber = 1,
            Weight = 26, IsMatch = true, HasDvr = true,
        };
        var angles = new[] { Add(match), Add(match with { Weight = 0 }, "b"), Add(match with { Weight = 0 }, "c"), Add(match with { Weight = 0 }, "d") };
        foreach (var angle in angles)
            angle.Angles = angles;
        Add(match with
        {
            Packaging = Packagings.Folders, Ladder = Five, SegmentLength = 6000, LiveStart = Aligned(start, 40 * 60, 6000), FirstNumber = 8_120, Weight = 20,
            HasSubtitles = true,
        });
        Add(match with
        {
            Packaging = Packagings.LowLatency, SegmentLength = 4000, PartLength = 1000, Latency = 300, LiveStart = Aligned(start, 30 * 60, 4000), Weight = 12,
            HasDvr = false,
        });
        Add(match with
        {
            Packaging = Packagings.Clock, Ladder = Three, SegmentLength = 2000, LiveStart = Aligned(start, 20 * 60, 2000), Weight = 10, Host = "d3k1u7vexample.cloudfront.net",
        });
        Add(match with
        {
            Packaging = Packagings.Coded, SegmentLength = 4000, LiveStart = Aligned(start, 35 * 60, 4000), FirstNumber = 512, Weight = 12, IsEncrypted = true,
        });
        Add(new TitleOutline
        {
            Packaging = Packagings.Indexed, Ladder = Five, SegmentLength = 6000, LiveStart = Aligned(start, 26 * 3600, 6000), Latency = 1200, FirstNumber = 30_412,
            Weight = 12, HasDvr = true, AdEvery = 100, AdLength = 20,
        });
        Add(new TitleOutline
        {
            Packaging = Packagings.Bitrates, Ladder = Full, SegmentLength = 4000, LiveStart = Aligned(start, 9 * 3600, 4000), Latency = 700, FirstNumber = 100_000,
            Weight = 8, HasSubtitles = true,
        });
    }

    private void AddOnDemand()
    {
        TitleOutline Film(Packaging packaging, (int, int)[] ladder, int segment, int minutes, int weight) => new()
        {
            Packaging = packaging, Ladder = ladder, SegmentLength = segment, Count = (minutes * 60_000L) / segment, Weight = weight,
        };
        Add(Film(Packagings.Flat, Full, 6000, 104, 14));
        Add(Film(Packagings.SingleFile, Five, 4000, 92, 14) with { HasSubtitles = true });
        Add(Film(Packagings.Converted, Five, 6000, 118, 14) with { FirstNumber = 1, HasSubtitles = true, HasThumbnails = true });
        Add(Film(Packagings.Ticks, Full, 4000, 97, 10) with { HasThumbnails = true });
        Add(Film(Packagings.IndexedTracks, Full, 6000, 55, 8) with { FirstNumber = 1, IsEncrypted = true });
        Add(Film(Packagings.Plain, Three, 10_000, 64, 10) with { HasThumbnails = true });
        Add(Film(Packagings.Plain, Full, 6000, 48, 12) with { FirstNumber = 1, AdEvery = 80, AdLength = 10 });
        Title? later = null;
        for (var episode = 3; episode >= 1; episode--)
        {
            var title = Add(Film(Packagings.Streams, Full, 4000, 21 + episode, 6) with { FirstNumber = 1, HasSubtitles = true });
            title.Next = later;
            later = title;
        }
    }

    private Title Add(TitleOutline outline, string suffix = "")
    {
        var index = (ulong)_titles.Count;
        var rng = Rng.For(_seed, 3, suffix.Length > 0 ? 0 : index);
        var code = (rng.Next() & 0xFFFFFFFF).ToString("x8", CultureInfo.InvariantCulture);
        var folder = outline.Packaging.Name.StartsWith("indexed", StringComparison.Ordinal)
            ? $"/out/v1/{code}{rng.Next().ToString("x16", CultureInfo.InvariantCulture)}{code}"
            : outline.LiveStart > 0 ? $"/live/{code}/{(outline.IsMatch ? "match" : "channel")}{suffix}" : $"/vod/{code}";
        var title = new Title(outline, folder, Rng.Mix(_seed ^ (index << 32)));
        _titles.Add(title);
        return title;
    }

    private static long Aligned(long start, int secondsBefore, int segment) => (start - (secondsBefore * 1000L)) / segment * segment;
}
