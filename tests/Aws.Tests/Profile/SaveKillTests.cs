using System.Globalization;
using System.Text;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>kill -9 while sessions and checkpoints are saved: what was seen of a pirate before it counts with what is seen after it.</summary>
public sealed class SaveKillTests
{
    private const int Homes = 3, Lines = 2 * Homes, LinesOfAShare = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Minutes are judged once no more lines of theirs can be expected.</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromSeconds(150);

    /// <summary>Times that each moment is tried: once the two that need a save, or five times all of them with <c>./test.sh --long</c>.</summary>
    private static IEnumerable<Moment> Moments =>
        ChaosRun.IsLong ? Enumerable.Repeat(Enum.GetValues<Moment>(), 5).SelectMany(moments => moments) : [Moment.BeforePositions, Moment.AfterPositions];

    [SkippableFact]
    public async Task Kill_AroundASave_EvidenceIsThereAgainOnceAndLinesBehindACheckpointAreNotReadAgain()
    {
        await using var world = await AwsWorld.StartAsync(AwsWorld.NoBreaker);
        var pirates = new List<string>();
        foreach (var (number, moment) in Moments.Index())
        {
            await world.Service.StartAsync();
            pirates.Add(string.Create(CultureInfo.InvariantCulture, $"pirate{number:d4}"));
            // More homes than allowed, and too little of them to be revoked.
            var reached = Hold(world, pirates[^1], moment);
            await PlayAsync(world, pirates[^1]);
            await reached.WaitAsync(Patience);
            // Positions of several shards are saved side by side.
            if (moment == Moment.AfterPositions)
                await Task.Delay(1_000);
            var before = await SessionAsync(world, pirates[^1]);
            Assert.True(before is { Lines: Lines, Score: > 0 and < 80 }, $"{before}");
            world.Service.Kill();
            (world.Tables.Judge, world.Tables.Answered) = (null, null);

            await world.Service.StartAsync();
            await AwsWorld.UntilAsync(async () => (await SessionAsync(world, pirates[^1])).Score >= before.Score, "the evidence is there again");
            if (moment != Moment.AfterPositions)
                await AwsWorld.UntilAsync(async () => await LinesReadAsync(world) >= Lines, "the lines behind the checkpoint are read again");
            Assert.Equal(before.Score, (await SessionAsync(world, pirates[^1])).Score);
            await world.PlaySharedAsync(pirates[^1]);
            await world.AreBlockedAsync(pirates);
            if (moment == Moment.AfterPositions)
                Assert.Equal(LinesOfAShare, await LinesReadAsync(world));
            world.Service.Kill();
        }
        await world.Service.StartAsync();
        Assert.Equal(pirates, await world.RevokedAsync());
    }

    private static Task PlayAsync(AwsWorld world, string sid) =>
        world.Log.PutAsync(from position in Enumerable.Range(0, 2) from home in Enumerable.Range(1, Homes) select AwsWorld.Line(sid, $"19{home}.51.100.7", position, Judged));

    private static async Task<(long Lines, int Score)> SessionAsync(AwsWorld world, string sid)
    {
        var (status, session) = await world.Service.SendAsync(HttpMethod.Get, $"/v1/sessions/{sid}");
        return status == 200 ? (session.GetProperty("lines").GetInt64(), session.GetProperty("score").GetInt32()) : (0, 0);
    }

    private static async Task<long> LinesReadAsync(AwsWorld world) => (await world.Service.GetAsync("/v1/status")).GetProperty("stream").GetProperty("lines").GetInt64();

    /// <summary>Holds the next save of a session at a moment: what comes then does not reach the table. Completes when it is there.</summary>
    private static Task Hold(AwsWorld world, string sid, Moment moment)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isSaved = false;
        world.Tables.Judge = (request, body) =>
        {
            var text = Encoding.UTF8.GetString(body);
            var isSession = FaultProxy.OperationOf(request) == "BatchWriteItem" && text.Contains(sid, StringComparison.Ordinal);
            var isPosition = FaultProxy.OperationOf(request) == "PutItem" && text.Contains("#checkpoints#", StringComparison.Ordinal) && Volatile.Read(ref isSaved);
            if (isSession && moment != Moment.BeforeSessions)
                Volatile.Write(ref isSaved, true);
            if (!(isSession && moment == Moment.BeforeSessions) && !(isPosition && moment == Moment.BeforePositions))
                return null;
            reached.TrySetResult();
            return Fault.Dropped;
        };
        world.Tables.Answered = (request, body, _) =>
        {
            if (FaultProxy.OperationOf(request) == "PutItem" && Encoding.UTF8.GetString(body).Contains("#checkpoints#", StringComparison.Ordinal) && Volatile.Read(ref isSaved))
                reached.TrySetResult();
        };
        return reached.Task;
    }

    /// <summary>How far a save is.</summary>
    private enum Moment
    {
        BeforeSessions,
        BeforePositions,
        AfterPositions,
    }
}
