using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Keys;

namespace Portcullis.Notifications;

public sealed class ConditionTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Target_ErrorOrStandingStillBehind_IsBad()
    {
        var target = new TargetStatus("edge", 3, 3, 0, 0, 0, null, null);
        var condition = new TargetCondition(() => [target], TimeSpan.FromSeconds(30));
        ConditionLevel Level(TargetStatus now)
        {
            target = now;
            return condition.Read().Single().Level;
        }

        Assert.Equal(ConditionLevel.Good, Level(target));
        Assert.Equal(ConditionLevel.Bad, Level(target with { LastError = "x" }));
        Assert.Equal(ConditionLevel.Bad, Level(target with { LastError = null, Wanted = 9 }));
        Assert.Equal(ConditionLevel.Good, Level(target with { Version = 5 }));
        Assert.Equal(ConditionLevel.Bad, Level(target));
        Assert.Equal(ConditionLevel.Good, Level(target with { LastWrite = _time.GetUtcNow() }));
        Assert.Equal(ConditionLevel.Bad, Level(target));
        Assert.Equal(ConditionLevel.Good, Level(target with { Version = 9 }));
        Assert.Equal(("target:edge", "target.down", "target.recovered"), condition.Read().Select(reading => (reading.Name, reading.RaisedType, reading.ClearedType)).Single());
    }

    [Fact]
    public void Rotation_Stuck_IsBadAndNamesWhatItWaitsFor()
    {
        RotationStatus? status = null;
        var condition = new RotationCondition(() => status);
        Assert.Equal(ConditionLevel.Good, condition.Read().Single().Level);

        status = new RotationStatus(new KeyRotation("k2", false, "10.0.0.1 is out", "ada", 0), RotationStage.Pending, TimeSpan.FromMinutes(11), true, [new AwaitedTarget("far", "could not be read yet")]);
        var reading = condition.Read().Single();

        Assert.Equal((ConditionLevel.Bad, "rotation.stuck", "rotation.resumed"), (reading.Level, reading.RaisedType, reading.ClearedType));
        Assert.Equal("""{"KeyId":"k2","Emergency":false,"Stage":0,"AgeSeconds":660,"WaitingFor":["far"]}""", System.Text.Json.JsonSerializer.Serialize(reading.Data));
        status = status with { IsStuck = false };
        Assert.Equal(ConditionLevel.Good, condition.Read().Single().Level);
    }

    [Theory]
    [InlineData(0, 100, ConditionLevel.Good)]
    [InlineData(10, 5, ConditionLevel.Good)]
    [InlineData(10, 15, ConditionLevel.Good)]
    [InlineData(10, 16, ConditionLevel.Between)]
    [InlineData(10, 30, ConditionLevel.Between)]
    [InlineData(10, 31, ConditionLevel.Bad)]
    [InlineData(10, null, ConditionLevel.Bad)]
    [InlineData(0, null, ConditionLevel.Good)]
    public void StreamLag_BacklogAndAge_GiveTheLevel(long backlog, int? age, ConditionLevel expected)
    {
        var status = new StreamStatus(0, 0, 0, 0, 0, 0, 0, backlog, age is { } seconds ? _time.GetUtcNow() - TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal(expected, new StreamLagCondition(() => status, TimeSpan.FromSeconds(30), _time).Read().Single().Level);
    }
}
