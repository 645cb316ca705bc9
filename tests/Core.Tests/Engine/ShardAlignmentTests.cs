using FsCheck;
using FsCheck.Fluent;
using Portcullis.Engine;

namespace Portcullis.Core.Tests.Engine;

public sealed class ShardAlignmentTests
{
    private static readonly string[] Ids = ["0", "1", "2", "3", "4"];

    /// <summary>Line times of some shards, in any order, and who is asked to move when.</summary>
    private static readonly Arbitrary<(long[][] Shards, int[] Moves)> Streams =
        (from count in Gen.Choose(1, 5)
         from shards in Gen.Choose(0, 600_000).Select(time => (long)time).ArrayOf().ArrayOf(count)
         from moves in Gen.Choose(0, count - 1).ArrayOf(200)
         select (shards, moves)).Values();

    [Fact]
    public void Horizon_AnyTimesAndOrderOfMoves_SomebodyMayAlwaysMoveAndNobodyRunsAhead() => Seeded.Holds(Streams, drawn =>
    {
        var readers = new Simulation(drawn.Shards);
        foreach (var reader in drawn.Moves)
        {
            if (!readers.TryMove(reader))
                return false;
        }
        // Then everybody in turn, until all is read: a round in which nobody moves is a deadlock.
        while (!readers.AreDone)
        {
            var before = readers.Taken;
            for (var reader = 0; reader < drawn.Shards.Length; reader++)
            {
                if (!readers.TryMove(reader))
                    return false;
            }
            if (readers.Taken == before)
                return false;
        }
        return true;
    });

    [Fact]
    public void WaitAsync_ReadersOnManyThreads_AllComeToTheEnd() => Seeded.Holds(
        Streams,
        drawn =>
        {
            var alignment = Joined(drawn.Shards.Length);
            return Task.WhenAll(drawn.Shards.Select((times, reader) => Task.Run(async () =>
            {
                foreach (var time in times)
                {
                    alignment.Publish(Ids[reader], time);
                    await alignment.WaitAsync(Ids[reader], time, CancellationToken.None);
                }
                // One that caught up and one that ended hold up nobody alike.
                if (reader % 2 == 0)
                    alignment.Publish(Ids[reader], null);
                else
                    alignment.Leave(Ids[reader]);
            }))).Wait(TimeSpan.FromSeconds(30));
        },
        cases: 100);

    [Fact]
    public async Task WaitAsync_TheSlowestLeaves_GoesOn()
    {
        var alignment = Joined(2);
        alignment.Publish("0", 1_000_000);
        alignment.Publish("1", 0);
        var waiting = alignment.WaitAsync("0", 1_000_000, CancellationToken.None).AsTask();

        Assert.False(waiting.IsCompleted);
        alignment.Leave("1");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Publish_NotJoined_HoldsUpNobody()
    {
        var alignment = Joined(1);
        alignment.Leave("0");
        alignment.Publish("0", 0);

        Assert.Equal(long.MaxValue, alignment.Horizon("1"));
    }

    [Fact]
    public void Join_AgainWhileReading_KeepsWhereItIs()
    {
        var alignment = Joined(2);
        alignment.Publish("1", 5_000);
        alignment.Join("1");

        Assert.Equal(5_000 + ShardAlignment.Ahead, alignment.Horizon("0"));
    }

    [Fact]
    public async Task WaitAsync_AnotherReaderHasNotLookedYet_Waits()
    {
        var alignment = Joined(2);
        alignment.Publish("0", 1_000_000);
        var waiting = alignment.WaitAsync("0", 1_000_000, CancellationToken.None).AsTask();

        Assert.False(waiting.IsCompleted);
        alignment.Publish("1", 1_000_000 - ShardAlignment.Ahead - 1);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(999_999, alignment.Horizon("0"));
        alignment.Publish("1", 1_000_000 - ShardAlignment.Ahead);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Ends()
    {
        var alignment = Joined(2);
        alignment.Publish("1", 0);
        using var cancellation = new CancellationTokenSource();
        var waiting = alignment.WaitAsync("0", 1_000_000, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static ShardAlignment Joined(int readers)
    {
        var alignment = new ShardAlignment();
        foreach (var id in Ids.Take(readers))
            alignment.Join(id);
        return alignment;
    }

    /// <summary>Readers that move one line at a time when they may.</summary>
    private sealed class Simulation(long[][] shards)
    {
        private readonly ShardAlignment _alignment = Joined(shards.Length);
        private readonly int[] _read = new int[shards.Length];
        private readonly bool[] _hasLooked = new bool[shards.Length];

        public int Taken => _read.Sum() + _hasLooked.Count(looked => looked);

        public bool AreDone => _hasLooked.All(looked => looked) && shards.Zip(_read).All(shard => shard.First.Length == shard.Second);

        /// <summary>One look at the next line, taken if the reader may; false when it ran too far ahead.</summary>
        public bool TryMove(int reader)
        {
            Look(reader);
            if (_read[reader] == shards[reader].Length)
                return true;
            var next = shards[reader][_read[reader]];
            if (next > _alignment.Horizon(Ids[reader]))
                return true;
            _read[reader]++;
            Look(reader);
            return Enumerable.Range(0, shards.Length)
                .Where(other => other != reader && _hasLooked[other] && _read[other] < shards[other].Length)
                .All(other => next <= shards[other][_read[other]] + ShardAlignment.Ahead);
        }

        private void Look(int reader)
        {
            _hasLooked[reader] = true;
            _alignment.Publish(Ids[reader], _read[reader] < shards[reader].Length ? shards[reader][_read[reader]] : null);
        }
    }
}
