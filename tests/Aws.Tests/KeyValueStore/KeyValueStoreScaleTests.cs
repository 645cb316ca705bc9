using System.Diagnostics;
using System.Globalization;
using Portcullis.Aws.KeyValueStore;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.KeyValueStore;

/// <summary>A full store. What it prints is in docs/benchmarks.md; nothing depends on how long it takes.</summary>
public sealed class KeyValueStoreScaleTests(ITestOutputHelper output)
{
    private const int Entries = 100_000, Revocations = 30;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Run_HundredThousandRevocations_AllAreWrittenListedAndOvertakenByANewOne()
    {
        await using var world = await KeyValueStoreWorld.StartAsync(TimeProvider.System);
        var store = world.Store;
        var blocks = world.Sessions(Entries, seconds: 86_400);
        var started = Stopwatch.GetTimestamp();
        world.Block(blocks);
        world.Run();
        await UntilAsync(() => world.Enforcer.Status.Version == 2, "100,000 entries");
        Print($"{Entries} entries written: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {store.Updates} UpdateKeys, {store.Describes} DescribeKeyValueStore, {store.Lists} ListKeys");
        Assert.Equal(Entries + 2, store.Content.Count);
        Assert.Equal((Entries + 2 + 49) / 50, store.Updates);

        var times = new List<double>();
        for (var i = 0; i < Revocations; i++)
        {
            blocks = [world.Session($"pirate{i}", seconds: 86_400), .. blocks];
            started = Stopwatch.GetTimestamp();
            world.Block(blocks);
            await UntilAsync(() => store.Holds($"s:pirate{i}"), "a revocation");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Print($"one more revocation, from signal to accepted: median {times[Revocations / 2]:F0} ms, longest {times[^1]:F0} ms");

        using var client = store.Connect(TimeProvider.System);
        await using var restarted = new KeyValueStoreTarget(client, TimeProvider.System);
        var lists = store.Lists;
        started = Stopwatch.GetTimestamp();
        var held = await restarted.ReadAsync(CancellationToken.None);
        Print($"listed after a restart: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {store.Lists - lists} ListKeys");
        Assert.True(world.Draw().AsksTheSameAs(held));
        Assert.Empty(store.Refusals);

        world.Block();
        started = Stopwatch.GetTimestamp();
        var updates = store.Updates;
        await UntilAsync(() => world.Enforcer.Status.Version == Revocations + 3, "the emptied list");
        Print($"all lifted: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {store.Updates - updates} UpdateKeys");
        Assert.Equal(["c:signed", "k:k1"], store.Content.Keys.Order(StringComparer.Ordinal));
    }

    private void Print(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1))
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"Did not happen within {Deadline.TotalMinutes} minutes: {what}");
    }
}
