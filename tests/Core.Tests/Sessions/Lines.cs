using Portcullis.Sessions;

namespace Portcullis.Core.Tests.Sessions;

/// <summary>Lines of one session, for tests that think in viewers, positions and seconds.</summary>
internal static class Lines
{
    /// <summary>A moment well inside a minute.</summary>
    public const long Start = 1_795_298_880_000 + 7_000;

    public const int SegmentSeconds = 2;

    public static readonly ViewerText A = Viewer(1, "198.51.100.10"), B = Viewer(2, "203.0.113.20"), C = Viewer(3, "192.0.2.30"), D = Viewer(4, "192.0.2.40");

    /// <summary>On the network of <see cref="A"/>.</summary>
    public static readonly ViewerText AtHome = new(5, A.Network, A.Address, "TV", "DE", 3320);

    public static ViewerText Viewer(ulong key, string address) => new(key, key * 1000, address, $"Player/{key}", "DE", 3320);

    /// <summary>One fetch: who, which position, when (seconds after the start).</summary>
    public static (ViewerText Viewer, SliceLine Line) At(ViewerText viewer, long position, double seconds, ushort status = 200)
    {
        var time = Start + (long)(seconds * 1000);
        return (viewer, new SliceLine(time, (ulong)((time * 31) + (long)viewer.Key + position), viewer.Key, 1, position, 100_000, status));
    }

    /// <summary>A live viewer: three segments at once, then one every two seconds.</summary>
    public static IEnumerable<(ViewerText Viewer, SliceLine Line)> Live(ViewerText viewer, double from, double until, double phase = 0)
    {
        var position = (long)Math.Floor(from / SegmentSeconds) + 1000;
        for (var behind = 2; behind >= 0; behind--)
            yield return At(viewer, position - behind, from + (0.1 * (2 - behind)));
        for (var next = position + 1; ; next++)
        {
            var at = ((next - 1000) * SegmentSeconds) + phase;
            if (at > until)
                yield break;
            if (at > from)
                yield return At(viewer, next, at);
        }
    }

    public static SessionSlice Slice(IEnumerable<(ViewerText Viewer, SliceLine Line)> lines)
    {
        var slice = new SessionSlice();
        slice.Begin("abcdefghijklmnop");
        foreach (var (viewer, line) in lines)
            slice.Add(line, viewer);
        return slice;
    }

    /// <summary>Observes lines in order of time, a second of them in each batch, as a reader would.</summary>
    public static SessionVerdict Observe(IEnumerable<(ViewerText Viewer, SliceLine Line)> lines, int allowedViewers = 1) =>
        Follow(lines, allowedViewers).Verdict;

    public static SessionState Follow(IEnumerable<(ViewerText Viewer, SliceLine Line)> lines, int allowedViewers = 1)
    {
        var state = new SessionState("abcdefghijklmnop");
        foreach (var batch in lines.OrderBy(line => line.Line.Time).GroupBy(line => line.Line.Time / 1000))
            state.Observe(Slice(batch), allowedViewers, new DetectionPolicy());
        return state;
    }
}
