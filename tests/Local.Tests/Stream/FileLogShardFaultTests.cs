using Portcullis.Local.Stream;

namespace Portcullis.Local.Tests.Stream;

/// <summary>Shards whose disk does not take what is written.</summary>
public sealed class FileLogShardFaultTests
{
    private const int MaxPending = 20_000;

    private static readonly string Filler = new('x', 200);

    /// <summary>Appends numbered lines until a condition holds; gives the ones that were taken.</summary>
    private static async Task<List<string>> AppendUntilAsync(FileLogShard shard, int from, Func<bool> condition)
    {
        var kept = new List<string>();
        await Poll.UntilAsync(
            () =>
            {
                for (var i = 0; i < 10 && !condition(); i++)
                {
                    var line = $"{from++} {Filler}";
                    if (shard.Append(line))
                        kept.Add(line);
                }
                return condition();
            },
            "the shard's state");
        return kept;
    }

    [SkippableFact]
    public async Task Append_DiskFullForAWhile_KeepsWholeLinesAndCountsWhatItDrops()
    {
        using var disk = new TinyDisk("256k");
        var shard = new FileLogShard(Path.Combine(disk.Root, "shard-000"), new LogStreamOptions { MaxPending = MaxPending, FileSize = 50_000 }, TimeProvider.System);
        var kept = await AppendUntilAsync(shard, 0, () => !shard.Health.IsHealthy && shard.Dropped >= 10);
        var failing = shard.Health;
        disk.Resize("8m");
        await Poll.UntilAsync(() => shard.Health.IsHealthy, "recovery");
        await shard.WriteAsync("afterwards");
        await shard.DisposeAsync();

        Assert.Contains("space", failing.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([.. kept, "afterwards"], shard.ReadLines());
    }

    [SkippableFact]
    public async Task Open_AfterACrashOnAFullDisk_ReadsWholeLinesAndOneCutOff()
    {
        using var disk = new TinyDisk("256k");
        var shard = new FileLogShard(Path.Combine(disk.Root, "shard-000"), new LogStreamOptions { MaxPending = MaxPending }, TimeProvider.System);
        var kept = await AppendUntilAsync(shard, 0, () => !shard.Health.IsHealthy);
        await shard.DisposeAsync();
        disk.Resize("8m");
        await using var reopened = new FileLogShard(Path.Combine(disk.Root, "shard-000"), new LogStreamOptions(), TimeProvider.System);
        await reopened.WriteAsync("afterwards");
        var read = reopened.ReadLines();

        Assert.Equal(kept.Take(read.Count - 2), read.SkipLast(2));
        Assert.StartsWith(read[^2], kept[read.Count - 2], StringComparison.Ordinal);
        Assert.Equal("afterwards", read[^1]);
    }

    [Fact]
    public async Task Append_FolderGoneForAWhile_HoldsMaxPendingAndWritesItLater()
    {
        using var folder = new TempFolder();
        var time = new ManualTime();
        var shard = new FileLogShard(folder.PathOf("shard-000"), new LogStreamOptions { MaxPending = MaxPending }, time);
        await shard.WriteAsync("before");
        Directory.Move(folder.PathOf("shard-000"), folder.PathOf("away"));
        var kept = await AppendUntilAsync(shard, 0, () => !shard.Health.IsHealthy && shard.Dropped >= 10);
        var failing = shard.Health;
        Directory.Move(folder.PathOf("away"), folder.PathOf("shard-000"));
        await Poll.UntilAsync(time, TimeSpan.FromMilliseconds(100), () => shard.Health.IsHealthy, "recovery");
        await shard.WriteAsync("afterwards");
        await shard.DisposeAsync();

        Assert.Equal(shard.Id, failing.Name);
        Assert.InRange(kept.Sum(line => line.Length + 1), MaxPending - Filler.Length - 10, MaxPending);
        Assert.Equal(["before", .. kept, "afterwards"], shard.ReadLines());
    }

    [Fact]
    public async Task Dispose_DiskWorksAgain_WritesEverythingThatWaited()
    {
        using var folder = new TempFolder();
        // The clock stands still: nothing is tried again before the end.
        var shard = new FileLogShard(folder.PathOf("shard-000"), new LogStreamOptions { MaxPending = MaxPending }, new ManualTime());
        await shard.WriteAsync("before");
        Directory.Move(folder.PathOf("shard-000"), folder.PathOf("away"));
        shard.Append("first");
        await Poll.UntilAsync(() => !shard.Health.IsHealthy, "the failure");
        shard.Append("second");
        Directory.Move(folder.PathOf("away"), folder.PathOf("shard-000"));
        await shard.DisposeAsync();

        Assert.Equal(["before", "first", "second"], shard.ReadLines());
    }

    [Fact]
    public async Task Stream_OneShardFails_SaysSoAndCountsDropsOfAll()
    {
        using var folder = new TempFolder();
        var time = new ManualTime();
        await using var stream = new FileLogStream(folder.Root, new LogStreamOptions { Shards = 2, MaxPending = 1_000 }, time);
        Assert.Equal(("log-stream", null), (stream.Health.Name, stream.Health.Error));
        Directory.Delete(folder.PathOf("shard-001"));
        await Poll.UntilAsync(
            () =>
            {
                stream.Shards[1].Append(Filler);
                return stream.Dropped >= 3;
            },
            "drops");

        Assert.Equal("log-stream", stream.Health.Name);
        Assert.NotNull(stream.Health.Error);
        Assert.Equal(stream.Shards[1].Dropped, stream.Dropped);
    }

    [Fact]
    public async Task Stream_FewerShardsThanOnDisk_KeepsThemAll()
    {
        using var folder = new TempFolder();
        await new FileLogStream(folder.Root, new LogStreamOptions { Shards = 3 }, TimeProvider.System).DisposeAsync();
        await using var stream = new FileLogStream(folder.Root, new LogStreamOptions { Shards = 1 }, TimeProvider.System);

        Assert.Equal(["shard-000", "shard-001", "shard-002"], stream.Shards.Select(shard => shard.Id));
    }
}
