using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Local.Stream;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Sessions;

public sealed class LogIngestionTests : IDisposable
{
    private readonly TempFolder _parent = new();
    private readonly DataFolder _folder;
    private readonly RecordingSink _sink = new();
    private readonly MalformedLines _malformed = new();

    public LogIngestionTests() => _folder = DataFolder.Open(_parent.PathOf("data"));

    public void Dispose()
    {
        _folder.Dispose();
        _parent.Dispose();
    }

    private (LogIngestion Ingestion, SessionShards Sessions) Open(TimeSpan? snapshotEvery = null, LogStreamOptions? stream = null)
    {
        var sessions = new SessionShards(_sink, () => AssetCatalogue.Empty, new DetectionPolicy(), TimeProvider.System);
        var options = new LocalOptions { DataFolder = _folder.Root, SnapshotEvery = snapshotEvery ?? TimeSpan.FromHours(1), Stream = stream ?? new LogStreamOptions() };
        return (new LogIngestion(options, _folder, sessions, new FixedAssets(), _malformed, TimeProvider.System, NullLoggerFactory.Instance), sessions);
    }

    private static void Append(LogIngestion ingestion, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Assert.True(ingestion.Stream.TryAppend(LogText.Bytes(line)));
    }

    private static Task ReadAsync(LogIngestion ingestion, long lines) =>
        Poll.UntilAsync(() => ingestion.Status.Lines == lines && ingestion.Status.BacklogBytes == 0, $"{lines} lines read");

    private static async Task<List<(string Sid, long Lines, long First, long Last, VerdictAction Action)>> OutcomeAsync(SessionShards sessions) =>
        [.. (await sessions.TopAsync(null, 100, default)).OrderBy(report => report.Sid, StringComparer.Ordinal).Select(report => (report.Sid, report.Lines, report.FirstSeen, report.LastSeen, report.Verdict.Action))];

    private static List<string> Traffic() =>
    [
        .. LogText.Playing("pirate", 3, 60).Concat(LogText.Playing("friends", 2, 60)).Concat(LogText.Playing("viewer", 1, 60)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task Restarts_AtRandomPoints_ObserveEveryLineOnce()
    {
        var lines = Traffic();
        var random = new Random(1);
        var start = 0;
        SessionShards sessions;
        do
        {
            var size = random.Next(1, 60);
            (var ingestion, sessions) = Open(TimeSpan.FromMilliseconds(20));
            ingestion.Start();
            Append(ingestion, lines.Skip(start).Take(size));
            start += size;
            // Stopping reads on for a while, not for ever; the last time nothing may be left.
            if (random.Next(2) == 0 || start >= lines.Count)
                await Poll.UntilAsync(() => ingestion.Status.BacklogBytes == 0, "the backlog");
            await ingestion.DisposeAsync();
        }
        while (start < lines.Count);

        Assert.Equal(
            [
                ("friends", 120, LogText.Start + 100, LogText.Start + 118_200, VerdictAction.Revoke),
                ("pirate", 180, LogText.Start + 100, LogText.Start + 118_300, VerdictAction.Revoke),
                ("viewer", 60, LogText.Start + 100, LogText.Start + 118_100, VerdictAction.Observe),
            ],
            await OutcomeAsync(sessions));
        // At least once: a second reader may meet the verdict before the first one's delivery is confirmed. The ledger makes it one decision.
        Assert.Contains(_sink.Delivered, report => report is { Sid: "pirate", Verdict.Action: VerdictAction.Revoke });
    }

    /// <summary>Where segments are ranges of one file, their numbers come from the mean size of what all have fetched before.</summary>
    [Fact]
    public async Task Restart_TitleWhoseNumbersAreLearned_IsReadAsBefore()
    {
        var (first, _) = Open();
        first.Start();
        Append(first, LogText.PlayingRanges("viewer", 1, 40));
        await ReadAsync(first, 40);
        await first.DisposeAsync();
        var (again, sessions) = Open();
        again.Start();
        // Fewer than it takes to learn the size.
        Append(again, LogText.PlayingRanges("pirate", 2, 10, LogText.Start + 100_000));
        await ReadAsync(again, 20);
        await again.DisposeAsync();

        Assert.Equal(VerdictAction.Revoke, (await sessions.FindAsync("pirate", default))!.Verdict.Action);
    }

    [Fact]
    public async Task Restart_WhatWasLearnedIsDamaged_IsLearnedAnew()
    {
        var snapshots = new SessionSnapshots(_folder.PathOf("sessions.db"), TimeProvider.System);
        Assert.True(snapshots.TrySave([], new Dictionary<string, long>(), new KeyValuePair<string, byte[]>(SessionSnapshots.Titles, [1, 2, 3])));
        var (ingestion, sessions) = Open();
        ingestion.Start();
        Append(ingestion, LogText.Playing("pirate", 3, 10));
        await ReadAsync(ingestion, 30);
        await ingestion.DisposeAsync();
        var unreadable = 0;
        snapshots.LoadMedia(_ => unreadable++);

        Assert.Equal((VerdictAction.Revoke, 0), ((await sessions.FindAsync("pirate", default))!.Verdict.Action, unreadable));
    }

    [Fact]
    public async Task Status_LinesOfAllKinds_AreCounted()
    {
        var (ingestion, _) = Open();
        ingestion.Start();
        Append(ingestion, [LogText.Segment(1, LogText.Start), LogText.Segment(2, LogText.Start + 5_000), "nonsense"]);
        Append(ingestion, [LogText.Segment(3, LogText.Start).Replace("ok.aB3dE6gH9jK2mN5p", "no.revoked", StringComparison.Ordinal), LogText.Segment(4, LogText.Start).Replace("ok.aB3dE6gH9jK2mN5p", "no.expired", StringComparison.Ordinal)]);
        await ReadAsync(ingestion, 5);
        var status = ingestion.Status;
        await ingestion.DisposeAsync();

        Assert.Equal(new StreamStatus(5, 2, 2, 1, 1, 0, 0, 0, DateTimeOffset.FromUnixTimeMilliseconds(LogText.Start + 5_000)), status);
    }

    [Fact]
    public async Task Stop_StoreUnavailable_RevokesAfterTheRestartAndCountsNoLineTwice()
    {
        _sink.Failure = new StoreUnavailableException("down");
        var (ingestion, _) = Open(TimeSpan.FromMilliseconds(20), new LogStreamOptions { Shards = 1 });
        Append(ingestion, LogText.Playing("pirate", 3, 10));
        ingestion.Start();
        await Poll.UntilAsync(() => _sink.Attempts > 0, "a delivery");
        await ingestion.DisposeAsync();
        _sink.Failure = null;
        var (again, sessions) = Open(stream: new LogStreamOptions { Shards = 1 });
        again.Start();
        await ReadAsync(again, 30);
        await again.DisposeAsync();

        Assert.Equal(VerdictAction.Revoke, Assert.Single(_sink.Delivered).Verdict.Action);
        Assert.Equal(30, (await sessions.FindAsync("pirate", default))!.Lines);
    }

    [Fact]
    public async Task Read_SinkBroken_TriesTheBatchAgainAndRevokes()
    {
        _sink.Failure = new InvalidOperationException("broken");
        var (ingestion, _) = Open(stream: new LogStreamOptions { Shards = 1 });
        Append(ingestion, LogText.Playing("pirate", 3, 10));
        ingestion.Start();
        await Poll.UntilAsync(() => _sink.Attempts > 0, "a delivery");
        _sink.Failure = null;
        await Poll.UntilAsync(() => ingestion.Status.BacklogBytes == 0, "the backlog");
        await ingestion.DisposeAsync();

        Assert.Equal(VerdictAction.Revoke, Assert.Single(_sink.Delivered).Verdict.Action);
    }

    [Fact]
    public async Task Snapshot_ReadFilesOverTheirRetention_AreDeleted()
    {
        var (ingestion, _) = Open(TimeSpan.FromMilliseconds(20), new LogStreamOptions { Shards = 1, FileSize = 1_000, Retention = TimeSpan.Zero });
        ingestion.Start();
        for (var i = 1; i <= 10; i++)
        {
            Append(ingestion, LogText.Playing("viewer", 1, 10, firstNumber: i * 100));
            await ReadAsync(ingestion, i * 10);
        }
        await Poll.UntilAsync(() => Directory.GetFiles(_folder.PathOf("stream/shard-000")).Length == 1, "one file left");
        await ingestion.DisposeAsync();

        Assert.Equal(0, ingestion.Status.SkippedBytes);
    }

    [Fact]
    public async Task Open_StreamShorterThanTheSavedPosition_GoesOnAtItsEnd()
    {
        var (first, _) = Open();
        first.Start();
        Append(first, LogText.Playing("viewer", 1, 50));
        await ReadAsync(first, 50);
        await first.DisposeAsync();
        Directory.Delete(_folder.PathOf("stream"), recursive: true);
        var (again, sessions) = Open();
        again.Start();
        Append(again, LogText.Playing("other", 1, 5));
        await ReadAsync(again, 5);
        await again.DisposeAsync();

        Assert.Equal([("other", 5), ("viewer", 50)], (await OutcomeAsync(sessions)).Select(session => (session.Sid, session.Lines)));
    }

    [Fact]
    public async Task Erase_AnAccountsSessions_AreInNoMemoryFileNorAfterACrash()
    {
        const string Tag = "abcdefghij";
        string[] sids = [$"{Tag}_0123456789abcdef", $"{Tag}_fedcba9876543210"];
        var (ingestion, sessions) = Open(TimeSpan.FromMilliseconds(20));
        ingestion.Start();
        // Stored again and again while they grow: earlier states lie in free parts of the file.
        for (var i = 0; i < 20; i++)
        {
            Append(ingestion, sids.SelectMany(sid => LogText.Playing(sid, 3, 10, LogText.Start + (i * 20_000))).Concat(LogText.Playing("stays", 1, 10, LogText.Start + (i * 20_000))));
            await ReadAsync(ingestion, (i + 1) * 70);
        }
        Append(ingestion, ["malformed " + sids[0]]);
        await Poll.UntilAsync(() => _malformed.Count == 1, "the malformed line");
        await Poll.UntilAsync(() => Holds(sids[0]), "it is stored");

        var erased = await ingestion.EraseAsync(Tag, default);
        var (left, stored) = (await OutcomeAsync(sessions), sids.Any(Holds));
        // As a crash would leave it: what is not stored now is read again.
        using var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(_folder.Root, "sessions.db*"))
            File.Copy(file, copy.PathOf(Path.GetFileName(file)));
        await ingestion.DisposeAsync();
        var positions = new SessionSnapshots(copy.PathOf("sessions.db"), TimeProvider.System).LoadPositions();

        Assert.Equal((2, false), (erased, stored));
        Assert.Equal(["stays"], left.Select(session => session.Sid));
        Assert.Empty(_malformed.Recent());
        Assert.All(ingestion.Stream.Shards, shard => Assert.Equal(shard.End, positions[shard.Id]));
        Assert.Equal(0, await ingestion.EraseAsync(Tag, default));

        bool Holds(string sid) => Directory.GetFiles(_folder.Root, "sessions.db*").Any(file => ReadShared(file).AsSpan().IndexOf(LogText.Bytes(sid)) >= 0);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
