using FsCheck.Fluent;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Sessions;

public sealed class SessionSnapshotsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SessionSnapshots Open() => Open(_folder);

    private static SessionSnapshots Open(TempFolder folder) => new(folder.PathOf("sessions.db"), TimeProvider.System);

    private static SessionShards Engine(RecordingSink? sink = null) => new(sink ?? new RecordingSink(), () => AssetCatalogue.Empty, new DetectionPolicy(), new ManualTime());

    private static void Observe(SessionShards sessions, IEnumerable<string> lines) =>
        sessions.ObserveAsync(LogText.Batch(lines), default).AsTask().GetAwaiter().GetResult();

    private static List<string> Reports(SessionShards sessions) =>
        [.. sessions.TopAsync(null, 1_000, default).GetAwaiter().GetResult().Select(report => System.Text.Json.JsonSerializer.Serialize(report)).Order(StringComparer.Ordinal)];

    /// <summary>What happens to a batch of lines, and after it.</summary>
    private enum Then
    {
        Nothing,
        Snapshot,
        Crash,
        DropIdle,
        Lift,
    }

    [Fact]
    public void Restore_AnySplitWithCrashes_IsAsUndisturbed() => Seeded.Holds(
        (from seed in Gen.Choose(0, int.MaxValue)
         from viewers in Gen.Choose(1, 3).ArrayOf(4)
         from segments in Gen.Choose(1, 120)
         from batches in Gen.Zip(Gen.Choose(1, 60), Gen.Frequency((6, Gen.Constant(Then.Nothing)), (3, Gen.Constant(Then.Snapshot)), (3, Gen.Constant(Then.Crash)), (1, Gen.Constant(Then.DropIdle)), (1, Gen.Constant(Then.Lift)))).ListOf()
         select (Seed: seed, Viewers: viewers, Segments: segments, Batches: batches)).Values(),
        drawn =>
        {
            var random = new Random(drawn.Seed);
            // Sessions interleaved, somewhat out of order, some lines twice, one session with a long pause.
            var lines = drawn.Viewers.SelectMany((viewers, i) => LogText.Playing($"s{i}", viewers, drawn.Segments, LogText.Start + (i * 700), i == 3 ? 60_000 : 2_000, i * 1_000).Select((line, n) => (Line: line, Order: (n / viewers * 2_000) + random.Next(10_000))))
                .SelectMany(line => random.Next(10) == 0 ? [line, (line.Line, line.Order + 5_000)] : ((string Line, int Order)[])[line])
                .OrderBy(line => line.Order).Select(line => line.Line).ToList();
            var batches = new List<(List<string> Lines, Then Then)>();
            var start = 0;
            foreach (var (size, then) in drawn.Batches.Append((lines.Count, Then.Crash)))
            {
                batches.Add((lines.Skip(start).Take(size).ToList(), then));
                start += size;
            }
            using var folder = new TempFolder();
            var undisturbed = Engine();
            var disturbed = Engine();
            var done = 0;
            for (var position = 0; position < batches.Count; position++)
            {
                var (batch, then) = batches[position];
                Apply(disturbed, batch, then, lines.Count);
                if (position >= done)
                {
                    Apply(undisturbed, batch, then, lines.Count);
                    done = position + 1;
                    if (then == Then.Crash)
                    {
                        disturbed = Engine();
                        disturbed.Restore(Open(folder).LoadSessions(disturbed.Agents, (sid, error) => throw new InvalidOperationException(sid, error)));
                        position = (int)Open(folder).LoadPositions().GetValueOrDefault("shard") - 1;
                        continue;
                    }
                }
                if (then == Then.Snapshot && !Open(folder).TrySave(disturbed.TakeDirty(), new Dictionary<string, long> { ["shard"] = position + 1 }))
                    return false;
            }
            return Reports(undisturbed).SequenceEqual(Reports(disturbed));
        },
        cases: 40);

    private static void Apply(SessionShards sessions, List<string> batch, Then then, int segments)
    {
        Observe(sessions, batch);
        if (then == Then.DropIdle)
            sessions.DropIdle(LogText.Start + (segments * 2_000L));
        if (then == Then.Lift)
            sessions.ResetAsync("s1", LogText.Start + 60_000, default).AsTask().GetAwaiter().GetResult();
    }

    [Fact]
    public void TrySave_StatesDropsAndPositions_ComeBack()
    {
        var sessions = Engine();
        Observe(sessions, [.. LogText.Playing("pirate", 3, 10), .. LogText.Playing("gone", 1, 1)]);
        Assert.True(Open().TrySave(sessions.TakeDirty(), new Dictionary<string, long> { ["shard-000"] = 5, ["shard-001"] = 6 }));
        Assert.True(Open().TrySave([new("gone", null)], new Dictionary<string, long> { ["shard-001"] = 7 }));
        var restored = Engine();
        restored.Restore(Open().LoadSessions(restored.Agents, (sid, error) => throw new InvalidOperationException(sid, error)));

        Assert.Equal(Reports(sessions).Where(report => report.Contains("pirate", StringComparison.Ordinal)), Reports(restored));
        Assert.Equal(new Dictionary<string, long> { ["shard-000"] = 5, ["shard-001"] = 7 }, Open().LoadPositions());
    }

    [Fact]
    public void TrySave_Documents_StayUntilTheyChange()
    {
        Assert.True(Open().TrySave([], new Dictionary<string, long>(), new("a", [1]), new("b", [2])));
        Assert.True(Open().TrySave([], new Dictionary<string, long>(), new KeyValuePair<string, byte[]>("b", [3])));

        Assert.Equal([1], Open().LoadDocument("a"));
        Assert.Equal([3], Open().LoadDocument("b"));
        Assert.Null(Open().LoadDocument("c"));
    }

    /// <summary>A file of a version that stored sessions and positions only.</summary>
    [Fact]
    public void LoadMedia_FileOfAnEarlierVersion_StartsWithNothingLearned()
    {
        using (var earlier = new SqliteDatabase(_folder.PathOf("sessions.db"), durable: false, "CREATE TABLE positions (shard TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT").Open())
            earlier.Execute("INSERT INTO positions VALUES ('shard-000', 5)");
        var unreadable = 0;
        Open().LoadMedia(_ => unreadable++);

        Assert.Equal((0, 5), (unreadable, Open().LoadPositions()["shard-000"]));
    }

    [Fact]
    public void LoadSessions_UnreadableStates_AreLeftOutAndNamed()
    {
        var sessions = Engine();
        Observe(sessions, [.. LogText.Playing("good", 1, 3), .. LogText.Playing("bad", 3, 10)]);
        var dirty = sessions.TakeDirty().ToDictionary();
        var bad = dirty["bad"]!;
        var damaged = new Dictionary<string, byte[]?> { ["good"] = dirty["good"], ["version"] = [99, .. bad[1..]], ["empty"] = [], ["length"] = [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] };
        for (var length = 1; length < bad.Length; length += 7)
            damaged[$"cut-{length}"] = bad[..length];
        Assert.True(Open().TrySave(damaged, new Dictionary<string, long>()));
        var unreadable = new List<string>();
        var states = Open().LoadSessions(new AgentTexts(), (sid, _) => unreadable.Add(sid));

        Assert.Equal(["good"], states.Select(state => state.Sid));
        Assert.Equal(damaged.Keys.Except(["good"]).Order(), unreadable.Order());
    }

    [Fact]
    public void LoadSessions_AnyDamage_NeverThrows()
    {
        var sessions = Engine();
        Observe(sessions, LogText.Playing("bad", 3, 10));
        var bad = sessions.TakeDirty()[0].Value!;
        var random = new Random(1);
        var damaged = Enumerable.Range(0, 500).ToDictionary(i => $"s{i}", _ =>
        {
            var copy = bad.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
            return (byte[]?)copy;
        });
        Assert.True(Open().TrySave(damaged, new Dictionary<string, long>()));
        var unreadable = 0;
        var states = Open().LoadSessions(new AgentTexts(), (_, _) => unreadable++);

        Assert.Equal(500, states.Count + unreadable);
    }

    [Fact]
    public void TrySave_FileLocked_SaysSoAndLaterRecovers()
    {
        var snapshots = Open();
        using (var locked = new SqliteDatabase(_folder.PathOf("sessions.db"), durable: false, "").Open())
        {
            locked.Execute("BEGIN EXCLUSIVE");
            Assert.False(snapshots.TrySave([new("a", [1])], new Dictionary<string, long> { ["shard-000"] = 5 }));
        }
        var failing = snapshots.Health;

        Assert.Equal(("session-snapshots", true), (failing.Name, failing.Error!.StartsWith("SQLite error 5", StringComparison.Ordinal)));
        Assert.Empty(snapshots.LoadPositions());
        Assert.True(snapshots.TrySave([], new Dictionary<string, long> { ["shard-000"] = 5 }));
        Assert.True(snapshots.Health.IsHealthy);
    }

    [Fact]
    public async Task Erase_SomebodyReads_SaysSoAndErasesWhenAskedAgain()
    {
        const string Secret = "WhatOnlyThisCustomerDid";
        var snapshots = Open();
        Assert.True(snapshots.TrySave([new("tag_1", LogText.Bytes(Secret)), new("tah_1", [1])], new Dictionary<string, long>()));
        using (var reader = SqliteDatabase.OpenToRead(_folder.PathOf("sessions.db")))
        {
            reader.Execute("BEGIN");
            Assert.Equal(2L, reader.Scalar("SELECT count(*) FROM sessions"));
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => snapshots.EraseAsync("tag_", "tag`", default));

            Assert.Contains("erase again", error.Message, StringComparison.Ordinal);
            Assert.NotEqual(-1, AllBytes().AsSpan().IndexOf(LogText.Bytes(Secret)));
        }

        Assert.Equal(0, await snapshots.EraseAsync("tag_", "tag`", default));
        Assert.Equal(-1, AllBytes().AsSpan().IndexOf(LogText.Bytes(Secret)));
        using var left = SqliteDatabase.OpenToRead(_folder.PathOf("sessions.db"));
        Assert.Equal("tah_1", left.Scalar("SELECT sid FROM sessions"));
    }

    /// <summary>What the file and its log hold.</summary>
    private byte[] AllBytes() => [.. Directory.GetFiles(_folder.PathOf(""), "sessions.db*").SelectMany(file => File.ReadAllBytes(file))];
}
