using System.Net;
using System.Text;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Core.Tests.Sessions;

/// <summary>Who fetches, for tests that think in viewers, positions and seconds.</summary>
internal sealed record TestViewer(string Address, string Agent, uint Asn = 3320, string Country = "DE", string? Player = null)
{
    public SliceLine Line(long time, MediaRequest media, ushort status = 200)
    {
        ClientAddress.TryParse(Encoding.ASCII.GetBytes(Address), out var address);
        return new SliceLine(time, 40, address, (uint)StableHash.Of(Encoding.UTF8.GetBytes(Agent)), Asn, (ushort)((Country[0] << 8) | Country[1]), status, media, (uint)StableHash.Of(BitConverter.GetBytes(time)), Player is null ? 0 : (uint)StableHash.Of(Encoding.UTF8.GetBytes(Player)) | 1);
    }
}

/// <summary>Lines of one session, for tests that think in viewers, positions and seconds.</summary>
internal static class Lines
{
    /// <summary>A moment well inside a minute.</summary>
    public const long Start = 1_795_298_880_000 + 7_000;

    public const int SegmentSeconds = 2;

    private const uint Title = 1, Rendition = 1;

    public static readonly TestViewer
        A = new("198.51.100.10", "Player/1", 3320), B = new("203.0.113.20", "Player/2", 3209), C = new("192.0.2.30", "Player/3", 6805), D = new("100.64.7.40", "Player/4", 8881);

    /// <summary>On the network of <see cref="A"/>.</summary>
    public static readonly TestViewer AtHome = A with { Agent = "TV" };

    public static MediaRequest Video(long position, uint title = Title, uint rendition = Rendition) => new(MediaKind.Video, title, rendition, position, SegmentSeconds * 1000);

    /// <summary>One fetch: who, which position, when (seconds after the start).</summary>
    public static SliceLine At(TestViewer viewer, long position, double seconds, ushort status = 200) => viewer.Line(Start + (long)(seconds * 1000), Video(position), status);

    /// <summary>A live viewer: three segments at once, then one every two seconds.</summary>
    public static IEnumerable<SliceLine> Live(TestViewer viewer, double from, double until, double phase = 0)
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

    /// <summary>A viewer of a title on demand: some segments at once, then one every two seconds.</summary>
    public static IEnumerable<SliceLine> OnDemand(TestViewer viewer, long position, double from, double until, int buffered = 10)
    {
        for (var i = 0; ; i++)
        {
            var at = from + (i < buffered ? i * 0.15 : ((i - buffered) * SegmentSeconds) + (buffered * 0.15));
            if (at > until)
                yield break;
            yield return At(viewer, position + i, at);
        }
    }

    public static SessionSlice Slice(IEnumerable<SliceLine> lines)
    {
        var batch = new SessionBatch();
        foreach (var line in lines)
            batch.Add("abcdefghijklmnop"u8, line);
        return batch[0];
    }

    public static DetectionContext Context(DetectionPolicy? policy = null, params string[] agents)
    {
        var texts = new AgentTexts();
        foreach (var agent in agents)
            texts.Add(new AgentText((uint)StableHash.Of(Encoding.UTF8.GetBytes(agent)), agent));
        return new DetectionContext(policy ?? new DetectionPolicy(), texts);
    }

    /// <summary>Observes lines in order of time, a second of them in each batch, as a reader would, and settles what is left.</summary>
    public static SessionVerdict Observe(IEnumerable<SliceLine> lines, int allowedViewers = 1, DetectionContext? context = null) =>
        Follow(lines, allowedViewers, context).Verdict;

    public static SessionState Follow(IEnumerable<SliceLine> lines, int allowedViewers = 1, DetectionContext? context = null)
    {
        context ??= Context();
        var state = new SessionState("abcdefghijklmnop");
        foreach (var batch in lines.OrderBy(line => line.Time).GroupBy(line => line.Time / 1000))
            state.Observe(Slice(batch), allowedViewers, context);
        state.Settle(state.LastSeen + 200_000, allowedViewers, context);
        return state;
    }
}
