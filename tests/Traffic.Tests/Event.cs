using System.Text;
using Portcullis.Logs;

namespace Portcullis.Traffic.Tests;

/// <summary>A generated event: its lines in the order of delivery, and the truth.</summary>
internal sealed class Event
{
    private readonly Lazy<ILookup<string?, Request>> _video;

    private Event(List<string> lines, IReadOnlyList<TrafficLabel> truth)
    {
        Lines = lines;
        Truth = truth;
        _video = new(() => Lines.Select(Request.Of).Where(request => request.IsVideo).DistinctBy(request => request.Id).OrderBy(request => request.Time).ToLookup(request => request.Accepted));
    }

    public List<string> Lines { get; }

    public IReadOnlyList<TrafficLabel> Truth { get; }

    public static Event Of(ulong seed, int viewers, int minutes, params string[] kinds) =>
        Of(new TrafficOptions { Seed = seed, Viewers = viewers, Minutes = minutes, Kinds = kinds, Offenders = 0.3 });

    public static Event Of(TrafficOptions options)
    {
        var generator = TrafficGenerator.Create(options);
        var lines = new List<string>();
        while (generator.TryNext(out var line))
            lines.Add(Encoding.UTF8.GetString(line));
        return new Event(lines, [.. generator.Truth()]);
    }

    /// <summary>Video that a session got, by time.</summary>
    public IEnumerable<Request> Video(string sid) => _video.Value[sid];
}

/// <summary>The fields of a line that the tests look at.</summary>
internal sealed record Request(double Time, string Address, int Status, string Path, string Id, string Agent, string ContentType, string Player, string LogData)
{
    public string? Accepted => LogData.StartsWith("ok.", StringComparison.Ordinal) ? LogData[3..] : null;

    public bool IsVideo => Status is 200 or 206 && (ContentType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) || Path.Contains("/video/", StringComparison.Ordinal))
        && !Path.EndsWith(".m3u8", StringComparison.Ordinal) && !Path.Contains("init", StringComparison.Ordinal) && !Path.EndsWith("/i.mp4", StringComparison.Ordinal) && !Path.StartsWith("/ads/", StringComparison.Ordinal) && !Path.Contains("iframe", StringComparison.Ordinal);

    public static Request Of(string line)
    {
        var fields = line.Split('\t');
        Assert.Equal(LogFieldList.Default.Count, fields.Length);
        var uri = fields[6].Split('?')[0];
        return new Request(double.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture), fields[1], int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture),
            uri[uri.IndexOf('/', 1)..], fields[8], fields[10], fields[13], fields[22], fields[23]);
    }
}
