using System.Text;
using FsCheck.Fluent;
using Portcullis.Local.Stream;

namespace Portcullis.Local.Tests.Stream;

public sealed class FileLogShardTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FileLogShard? _shard;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private FileLogShard Open(LogStreamOptions? options = null) =>
        _shard = new FileLogShard(_folder.PathOf("shard-000"), options ?? new LogStreamOptions(), TimeProvider.System);

    private async Task CloseAsync()
    {
        if (_shard is not null)
            await _shard.DisposeAsync();
        _shard = null;
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.PathOf("shard-000")).Order(StringComparer.Ordinal)];

    private static string[] Numbered(int from, int count) => [.. Enumerable.Range(from, count).Select(number => $"line {number} {new string('x', number % 90)}")];

    [Fact]
    public async Task Read_LinesOverManyFiles_AreWholeAndInOrder()
    {
        var shard = Open(new LogStreamOptions { FileSize = 1_000 });
        var position = 0L;
        var read = new List<string>();
        for (var batch = 0; batch < 20; batch++)
        {
            await shard.WriteAsync(Numbered(batch * 25, 25));
            read.AddRange(shard.ReadLines(ref position, 300));
        }

        Assert.Equal(Numbered(0, 500), read);
        Assert.Equal(shard.End, position);
        Assert.InRange(Files().Length, 5, 21);
    }

    [Fact]
    public void Read_AnyLinesFileSizesAndRestarts_AreTheLinesAppended() => Seeded.Holds(
        (from lengths in Gen.Choose(0, 300).ArrayOf().ListOf()
         from fileSize in Gen.Choose(1, 2_000)
         from buffer in Gen.Choose(301, 3_000)
         select (Lengths: lengths, FileSize: fileSize, Buffer: buffer)).Values(),
        drawn =>
        {
            using var folder = new TempFolder();
            var expected = new List<string>();
            var read = new List<string>();
            var position = 0L;
            foreach (var lengths in drawn.Lengths)
            {
                var shard = new FileLogShard(folder.Root, new LogStreamOptions { FileSize = drawn.FileSize }, TimeProvider.System);
                foreach (var length in lengths)
                {
                    expected.Add(new string((char)('a' + (length % 26)), length));
                    Assert.True(shard.Append(expected[^1]));
                }
                shard.DisposeAsync().AsTask().GetAwaiter().GetResult();
                read.AddRange(shard.ReadLines(ref position, drawn.Buffer));
            }
            return expected.SequenceEqual(read);
        },
        cases: 40);

    [Fact]
    public async Task Read_WhileManyAppend_SeesEveryLineWholeAndOnce()
    {
        const int appenders = 4, each = 3_000;
        var shard = Open(new LogStreamOptions { FileSize = 50_000 });
        var appending = Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
                Assert.True(shard.Append($"{appender} {i} {new string('x', i % 100)}."));
        })));
        var read = new List<string>();
        var position = 0L;
        await Poll.UntilAsync(
            () =>
            {
                read.AddRange(shard.ReadLines(ref position, 4_096));
                return read.Count >= appenders * each;
            },
            "all lines read");
        await appending;

        Assert.Equal(appenders * each, read.Count);
        for (var appender = 0; appender < appenders; appender++)
        {
            Assert.Equal(
                Enumerable.Range(0, each).Select(i => $"{appender} {i} {new string('x', i % 100)}."),
                read.Where(line => line.StartsWith($"{appender} ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Read_LineLongerThanTheBuffer_ComesInPieces()
    {
        var line = new string('x', 3 << 20);
        var shard = Open();
        await shard.WriteAsync("before", line, "after");
        var buffer = new byte[1 << 20];
        using var read = new MemoryStream();
        while (shard.Read(read.Length, buffer) is > 0 and var length)
            read.Write(buffer, 0, length);

        Assert.Equal($"before\n{line}\nafter\n", Encoding.UTF8.GetString(read.ToArray()));
    }

    [Fact]
    public async Task Open_LastLineCutOff_GetsALineFeedAndNewLinesFollow()
    {
        await Open().WriteAsync("one", "two");
        await CloseAsync();
        File.AppendAllText(Files()[^1], "cut o");
        await Open().WriteAsync("three");

        Assert.Equal(["one", "two", "cut o", "three"], _shard!.ReadLines());
    }

    [Fact]
    public async Task Open_Again_PositionsGoOn()
    {
        await Open(new LogStreamOptions { FileSize = 20 }).WriteAsync("one", "two");
        var position = _shard!.End;
        await CloseAsync();
        await Open(new LogStreamOptions { FileSize = 20 }).WriteAsync(Numbered(0, 30));

        Assert.Equal(Numbered(0, 30), _shard!.ReadLines(ref position));
        Assert.Equal(["one", "two", .. Numbered(0, 30)], _shard.ReadLines());
    }

    [Fact]
    public async Task Open_Files_AreTheOwnersOnly()
    {
        await Open().WriteAsync("a token may stand here");

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files()[0]));
    }

    [Fact]
    public async Task Read_BeforeTheOldestFile_SaysSoAndWhereToGoOn()
    {
        var shard = Open(new LogStreamOptions { FileSize = 1 });
        await shard.WriteAsync("one");
        await shard.WriteAsync("two");
        File.Delete(Files()[0]);

        Assert.Equal(-1, shard.Read(0, new byte[100]));
        Assert.Equal(4, shard.NextKept(0));
        Assert.Equal(4, shard.Read(4, new byte[100]));
    }

    [Fact]
    public async Task Read_AllFilesGone_GoesOnAtTheEnd()
    {
        var shard = Open();
        await shard.WriteAsync("one", "two");
        File.Delete(Files()[0]);

        Assert.Equal(-1, shard.Read(0, new byte[100]));
        Assert.Equal(shard.End, shard.NextKept(0));
    }

    [Fact]
    public async Task Read_FileCutOffInTheMiddle_GivesTheRestAndGoesOnInTheNext()
    {
        // The first file has room for both lines, whether or not they are written together.
        var shard = Open(new LogStreamOptions { FileSize = 8 });
        await shard.WriteAsync("one", "two");
        await shard.WriteAsync("three");
        using (var first = new FileStream(Files()[0], FileMode.Open))
            first.SetLength(6);
        var buffer = new byte[100];

        Assert.Equal(4, shard.Read(0, buffer));
        Assert.Equal(2, shard.Read(4, buffer));
        Assert.Equal(-1, shard.Read(6, buffer));
        Assert.Equal(8, shard.NextKept(6));
        Assert.Equal(6, shard.Read(8, buffer));
    }

    [Fact]
    public async Task Append_FileDeletedUnderTheWriter_GoesOnInANewOne()
    {
        var shard = Open();
        await shard.WriteAsync("one");
        File.Delete(Files()[0]);
        await shard.WriteAsync("two");
        var position = shard.NextKept(0);

        Assert.Equal(["two"], shard.ReadLines(ref position));
    }

    [Fact]
    public async Task DeleteBefore_SomeReadSomeOld_DeletesWhatIsBoth()
    {
        var shard = Open(new LogStreamOptions { FileSize = 1, Retention = TimeSpan.FromHours(24) });
        foreach (var line in (string[])["aaa", "bbb", "ccc", "ddd"])
            await shard.WriteAsync(line);
        var files = Files();
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var (file, hours) in files.Zip([30, 12, 30, 1]))
            File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddHours(-hours));

        shard.DeleteBefore(3, now);
        Assert.Equal(files, Files());
        shard.DeleteBefore(8, now);
        Assert.Equal(files[1..], Files());
        shard.DeleteBefore(11, now);
        Assert.Equal(files[1..], Files());
        shard.DeleteBefore(16, now);
        Assert.Equal([files[1], files[3]], Files());
    }

    /// <summary>Lines hold addresses: where traffic has ended they go as they do elsewhere.</summary>
    [Fact]
    public async Task DeleteBefore_NothingComesAnyMore_DeletesTheLastFileToo()
    {
        var shard = Open();
        await shard.WriteAsync("one");
        var file = Assert.Single(Files());
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-25));

        shard.DeleteBefore(4, DateTimeOffset.UtcNow);
        await Poll.UntilAsync(() => Files().Length == 2, "a new file");
        shard.DeleteBefore(4, DateTimeOffset.UtcNow);
        Assert.DoesNotContain(file, Files());

        await CloseAsync();
        shard = Open();
        Assert.Equal(4, shard.End);
        await shard.WriteAsync("two");
        var position = 4L;
        Assert.Equal(["two"], shard.ReadLines(ref position));
    }

    [Fact]
    public async Task Append_FileOfAnHour_GoesOnInANewOne()
    {
        var time = new ManualTime();
        var shard = _shard = new FileLogShard(_folder.PathOf("shard-000"), new LogStreamOptions(), time);
        await shard.WriteAsync("one");
        time.Advance(TimeSpan.FromMinutes(59));
        await shard.WriteAsync("two");
        Assert.Single(Files());
        time.Advance(TimeSpan.FromMinutes(1));
        await shard.WriteAsync("three");

        Assert.Equal(2, Files().Length);
        Assert.Equal(["one", "two", "three"], shard.ReadLines());
    }

    [Fact]
    public async Task Append_AfterDispose_IsDroppedAndCounted()
    {
        var shard = Open();
        await shard.WriteAsync("one");
        await CloseAsync();

        Assert.False(shard.Append("two"));
        Assert.Equal(1, shard.Dropped);
    }
}
