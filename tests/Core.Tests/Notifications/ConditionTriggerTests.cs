using FsCheck.Fluent;

namespace Portcullis.Notifications;

public sealed class ConditionTriggerTests
{
    private static readonly ConditionTiming Timing = new() { RaiseAfter = TimeSpan.FromSeconds(30), ClearAfter = TimeSpan.FromSeconds(10), LeastInterval = TimeSpan.FromMinutes(5) };

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>The seconds at which the trigger turned, for one reading a second: G good, b between, B bad.</summary>
    private static List<(int Second, bool Raised)> Turns(string levels)
    {
        var turns = new List<(int, bool)>();
        var trigger = new ConditionTrigger();
        for (var second = 0; second < levels.Length; second++)
        {
            var after = trigger.After(levels[second] switch { 'G' => ConditionLevel.Good, 'B' => ConditionLevel.Bad, _ => ConditionLevel.Between }, Start.AddSeconds(second), Timing);
            if (after.IsRaised != trigger.IsRaised)
                turns.Add((second, after.IsRaised));
            trigger = after;
        }
        return turns;
    }

    private static string Times(char level, int count) => new(level, count);

    [Fact]
    public void After_BadForLong_RaisesOnce() => Assert.Equal([(30, true)], Turns(Times('B', 1_000)));

    [Fact]
    public void After_BadForTooShort_DoesNotRaise() => Assert.Empty(Turns(string.Concat(Enumerable.Repeat(Times('B', 30) + "G", 40))));

    [Fact]
    public void After_BetweenWhileRising_BeginsAnew() => Assert.Equal([(60, true)], Turns(Times('B', 29) + "b" + Times('B', 40)));

    [Fact]
    public void After_GoodForLong_Clears() => Assert.Equal([(30, true), (50, false)], Turns(Times('B', 40) + Times('G', 40)));

    [Fact]
    public void After_BetweenAfterRaised_StaysRaised() => Assert.Equal([(30, true)], Turns(Times('B', 31) + Times('b', 500)));

    [Fact]
    public void After_BadAgainSoon_WaitsForTheLeastInterval() => Assert.Equal([(30, true), (50, false), (330, true)], Turns(Times('B', 40) + Times('G', 20) + Times('B', 400)));

    [Fact]
    public void After_AnyReadings_AlternatesAndIsRaisedAtMostOnceInAnInterval() => Seeded.Holds(
        Gen.ArrayOf(from level in Gen.Elements('G', 'b', 'B') from count in Gen.Choose(1, 80) select new string(level, count)).Select(string.Concat).Values(),
        levels =>
        {
            var turns = Turns(levels);
            var raised = turns.Where(turn => turn.Raised).Select(turn => turn.Second).ToList();
            return turns.Index().All(turn => turn.Item.Raised == (turn.Index % 2 == 0)) && raised.Zip(raised.Skip(1)).All(pair => pair.Second - pair.First >= Timing.LeastInterval.TotalSeconds);
        });

    [Fact]
    public void After_ClockSetBack_DoesNotStickNorThrow()
    {
        var trigger = new ConditionTrigger(false, Start.AddDays(1), Start.AddDays(1));
        for (var second = 0; second <= 30; second++)
            trigger = trigger.After(ConditionLevel.Bad, Start.AddSeconds(second), Timing);

        Assert.True(trigger.IsRaised);
    }

    [Fact]
    public void TellTurn_ToldAgainAfterAFailedWrite_HasTheSameId()
    {
        var reading = new ConditionReading("target:edge", ConditionLevel.Bad, NotificationTypes.TargetDown, NotificationTypes.TargetRecovered, new { target = "edge" });
        var before = new ConditionTrigger(false, null, Start);
        var first = before.TellTurn(reading, before.After(ConditionLevel.Bad, Start.AddSeconds(30), Timing), Start.AddSeconds(30))!;
        var second = before.TellTurn(reading, before.After(ConditionLevel.Bad, Start.AddSeconds(31), Timing), Start.AddSeconds(31))!;
        var later = (before with { TurnedAt = Start.AddHours(1) }).TellTurn(reading, new(true, Start.AddHours(2)), Start.AddHours(2))!;

        Assert.Equal((first.Id, "target.down"), (second.Id, second.Type));
        Assert.NotEqual(first.Id, later.Id);
        Assert.Null(before.TellTurn(reading, before, Start));
    }
}
