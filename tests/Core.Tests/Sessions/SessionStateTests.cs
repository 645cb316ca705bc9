using FsCheck;
using FsCheck.Fluent;
using Portcullis.Media;
using Portcullis.Sessions;
using Portcullis.Tokens;
using static Portcullis.Core.Tests.Sessions.Lines;

namespace Portcullis.Core.Tests.Sessions;

public sealed class SessionStateTests
{
    private readonly DetectionContext _context = Context();

    [Fact]
    public void Observe_AnyOrderRepeatAndBatching_EndsInTheSameVerdict() =>
        Seeded.Holds(Traces.Values(), trace =>
        {
            var straight = new SessionState("s");
            straight.Observe(Slice(trace.Lines.OrderBy(line => line.Time)), 1, _context);
            straight.Settle(straight.LastSeen + 200_000, 1, _context);

            var jumbled = new SessionState("s");
            foreach (var batch in trace.Jumbled())
                jumbled.Observe(Slice(batch), 1, _context);
            jumbled.Settle(jumbled.LastSeen + 200_000, 1, _context);

            return Same(straight.Verdict, jumbled.Verdict);
        });

    [Fact]
    public void Write_AtAnyPoint_ReadsBackAndGoesOnTheSame() =>
        Seeded.Holds(Traces.Values(), trace =>
        {
            var lines = trace.Lines.OrderBy(line => line.Time).ToList();
            var whole = new SessionState("s");
            var stored = new SessionState("s");
            foreach (var batch in lines.Chunk(5))
            {
                whole.Observe(Slice(batch), 1, _context);
                stored.Observe(Slice(batch), 1, _context);
                stored = Stored(stored);
            }
            return Same(whole.Verdict, stored.Verdict) && Bytes(whole).SequenceEqual(Bytes(stored)) && (whole.Lines, whole.FirstSeen, whole.LastSeen, whole.LateLines) == (stored.Lines, stored.FirstSeen, stored.LastSeen, stored.LateLines)
                && whole.ViewerCount == stored.ViewerCount;
        });

    [Fact]
    public void Write_LongestSidAndMostRenditions_ReadsBack()
    {
        var sid = new string('s', SessionId.MaxLength);
        var state = new SessionState(sid);
        state.Observe(Slice(Enumerable.Range(0, 40).Select(i => At(A, i, i * 2) with { Media = new MediaRequest(MediaKind.Video, (uint)(1 + (i % 2)), (uint)(i % 20), i, 2_000) })), 1, _context);

        Assert.Equal(sid, Stored(state).Sid);
        Assert.Equal(Bytes(state), Bytes(Stored(state)));
    }

    [Fact]
    public void New_SidTooLong_Throws() => Assert.Throws<ArgumentException>(() => new SessionState(new string('s', SessionId.MaxLength + 1)));

    /// <summary>What docs/design/session-evidence.md says of the layout.</summary>
    [Fact]
    public void New_OneViewer_IsOneObjectOf216Bytes()
    {
        _ = new SessionState("abcdefghijklmnop"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var state = new SessionState("abcdefghijklmnop"u8);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(216 + 24 + 24, bytes);
        Assert.Equal("abcdefghijklmnop", state.Sid);
    }

    [Fact]
    public void Observe_LineTooLate_IsCountedNotScored()
    {
        var state = Follow(Live(A, 0, 200));

        state.Observe(Slice(Live(B, 20, 60, 0.7)), 1, _context);

        Assert.Equal(SessionVerdict.Clear, state.Verdict);
        Assert.Equal(Live(B, 20, 60, 0.7).Count(), state.LateLines);
    }

    [Fact]
    public void Reset_AfterVerdict_OnlyNewerLinesCount()
    {
        var state = Follow([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)]);

        state.Reset(Start + 60_000);
        state.Observe(Slice([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)]), 1, _context);
        Assert.Equal(SessionVerdict.Clear, state.Verdict);

        state.Observe(Slice([.. Live(A, 62, 90), .. Live(B, 62, 90, 0.7)]), 1, _context);
        Assert.Equal(VerdictAction.Revoke, state.Verdict.Action);
    }

    [Fact]
    public void Observe_MoreViewersThanRemembered_StaysBounded()
    {
        var state = Follow(Enumerable.Range(0, 5_000).Select(i => At(A with { Address = $"10.{i / 256}.{i % 256}.1" }, i, i * 0.01)), allowedViewers: 100);

        Assert.Equal(SessionState.MaxViewers, state.ViewerCount);
    }

    [Fact]
    public void Read_UnknownVersionOrDamage_Throws()
    {
        using var buffer = new MemoryStream();
        Follow(Live(A, 0, 10)).Write(new BinaryWriter(buffer), new AgentTexts());
        var bytes = buffer.ToArray();

        Assert.Throws<EndOfStreamException>(() => SessionState.Read("s", new BinaryReader(new MemoryStream(bytes[..^3])), new AgentTexts()));
        bytes[0] = 99;
        Assert.Throws<InvalidDataException>(() => SessionState.Read("s", new BinaryReader(new MemoryStream(bytes)), new AgentTexts()));
    }

    private static SessionState Stored(SessionState state) => SessionState.Read(state.Sid, new BinaryReader(new MemoryStream(Bytes(state))), new AgentTexts());

    private static byte[] Bytes(SessionState state)
    {
        using var buffer = new MemoryStream();
        state.Write(new BinaryWriter(buffer), new AgentTexts());
        return buffer.ToArray();
    }

    /// <summary>Equal; of two revocations only the action, since evidence is frozen at the moment it suffices.</summary>
    private static bool Same(SessionVerdict left, SessionVerdict right) =>
        left.Action == right.Action
        && (left.Action == VerdictAction.Revoke || (left.Score == right.Score && left.Evidence.SequenceEqual(right.Evidence)));

    /// <summary>Traces of one to four viewers that come, go, overlap or hand over.</summary>
    private static Gen<Trace> Traces =>
        from viewers in Gen.Choose(1, 4)
        from starts in Gen.Choose(0, 300).ArrayOf(viewers)
        from lengths in Gen.Choose(1, 200).ArrayOf(viewers)
        from phases in Gen.Choose(0, 19).ArrayOf(viewers)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select new Trace(
            [.. Enumerable.Range(0, viewers).SelectMany(i => Live(new[] { A, B, AtHome, C }[i], starts[i], starts[i] + lengths[i], phases[i] / 10.0))], seed);

    /// <summary>Lines of a session, and a seed by which they are jumbled.</summary>
    private sealed record Trace(SliceLine[] Lines, int Seed)
    {
        /// <summary>Every line once or twice, each up to 60 s late, in batches of any size.</summary>
        public IEnumerable<SliceLine[]> Jumbled()
        {
            var random = new Random(Seed);
            var late = Lines.Concat(Lines.Where(_ => random.Next(4) == 0))
                .Select(line => (line, Arrival: line.Time + random.Next(0, (int)SessionState.Lateness)))
                .OrderBy(line => line.Arrival).Select(line => line.line).ToList();
            for (var start = 0; start < late.Count;)
            {
                var size = Math.Min(random.Next(1, 40), late.Count - start);
                yield return [.. late.Skip(start).Take(size)];
                start += size;
            }
        }
    }
}
