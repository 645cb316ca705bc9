using System.Globalization;
using Portcullis.Aws.Sessions;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Sessions;

public sealed class DynamoSessionRecordsTests
{
    private readonly ManualTime _time = new();

    private DynamoSessionRecords On(TestTable table, bool retries = true) => new(retries ? table.Client : table.Unforgiving, TestTable.Name, _time);

    private static async Task<Dictionary<string, byte[]>> LoadAsync(DynamoSessionRecords records)
    {
        var loaded = new Dictionary<string, byte[]>();
        await foreach (var (sid, state) in records.LoadAsync())
            loaded.Add(sid, state);
        return loaded;
    }

    private static List<KeyValuePair<string, byte[]?>> Sessions(int count, int size, string tag = "abcdefghij") =>
        [.. Enumerable.Range(0, count).Select(i => new KeyValuePair<string, byte[]?>($"{tag}_{i.ToString("d16", CultureInfo.InvariantCulture)}", [.. BitConverter.GetBytes(i), .. new byte[size]]))];

    [SkippableFact]
    public async Task Save_MoreThanAPage_ComesBack()
    {
        await using var table = await TestTable.StartAsync();
        var sessions = Sessions(3_000, 8_000);
        await On(table).SaveAsync(sessions);
        var loaded = await LoadAsync(On(table));

        Assert.Equal(3_000, loaded.Count);
        Assert.All(sessions, session => Assert.Equal(session.Value!, loaded[session.Key]));
    }

    [SkippableFact]
    public async Task Save_ChangedAndDropped_ReplacesAndDeletes()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        await records.SaveAsync([new("a", [1]), new("b", [2]), new("c", [3])]);
        // One session twice in one round: dropped, and there again.
        await records.SaveAsync([new("a", [4]), new("b", null), new("c", null), new("c", [5]), new("never", null)]);

        Assert.Equal([("a", 4), ("c", 5)], (await LoadAsync(records)).OrderBy(session => session.Key).Select(session => (session.Key, (int)session.Value.Single())));
    }

    [SkippableFact]
    public async Task Load_RecordOfLongAgo_IsLeftOut()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        await records.SaveAsync([new("old", [1])]);
        _time.Advance(TimeSpan.FromDays(1));
        await records.SaveAsync([new("new", [2])]);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(["new"], (await LoadAsync(records)).Keys);
    }

    [SkippableFact]
    public async Task Erase_AccountOverManyPages_LeavesNothingOfItAndAllOthers()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        await records.SaveAsync([.. Sessions(2_000, 15_000), .. Sessions(20, 10, "abcdefghik"), .. Sessions(20, 10, "abcdefghii"), new("abcdefghij", [1]), new("abcdefghijk", [1])]);

        Assert.Equal(2_000, await records.EraseAsync("abcdefghij"));
        Assert.Equal(0, await records.EraseAsync("abcdefghij"));
        Assert.Equal(42, (await LoadAsync(records)).Count);
    }

    [SkippableFact]
    public async Task Save_FaultsOfEveryKind_EndsComplete()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        var sessions = Sessions(1_000, 200);
        table.FailAtRandom(3, 0.1);
        while (true)
        {
            try
            {
                await records.SaveAsync(sessions);
                break;
            }
            catch (StoreUnavailableException)
            {
                // More faults in a row than there are attempts; saving again is safe.
            }
        }
        table.ComeBack();

        Assert.Equal(1_000, (await LoadAsync(records)).Count);
    }

    [SkippableFact]
    public async Task Save_TableGone_SaysSoAndLaterRecovers()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table, retries: false);
        table.GoDown();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => records.SaveAsync([new("a", [1])]).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => records.EraseAsync("abcdefghij").AsTask());
        var failing = records.Health;
        table.ComeBack();
        await records.SaveAsync([new("a", [1])]);

        Assert.Equal(("session-records", false), (failing.Name, failing.IsHealthy));
        Assert.True(records.Health.IsHealthy);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ChunkedDocument.ChunkSize)]
    [InlineData(2_500_001)]
    public async Task Document_OfAnySize_ComesBackAndIsReplaced(int size)
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        var (content, other) = (new byte[size], new byte[size + 1]);
        new Random(1).NextBytes(content);
        new Random(2).NextBytes(other);
        Assert.Null(await records.LoadDocumentAsync("titles"));
        await records.SaveDocumentAsync("titles", content);
        Assert.Equal(content, await records.LoadDocumentAsync("titles"));
        await records.SaveDocumentAsync("titles", other);

        Assert.Equal(other, await records.LoadDocumentAsync("titles"));
        // The pointer and the pieces of the newer one.
        Assert.Equal(1 + ((other.Length + ChunkedDocument.ChunkSize - 1) / ChunkedDocument.ChunkSize), await CountAsync(table));
    }

    /// <summary>Killed before each of the writes that saving takes: whoever reads finds the document before, or the one after.</summary>
    [SkippableFact]
    public async Task Document_CrashAtAnyWrite_IsTheOneOrTheOther()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table, retries: false);
        var (before, after) = (new byte[700_000], new byte[800_000]);
        Array.Fill(before, (byte)1);
        Array.Fill(after, (byte)2);
        await records.SaveDocumentAsync("titles", before);
        for (var writes = 0; writes < 6; writes++)
        {
            var left = writes;
            table.Proxy.Judge = (request, _) => FaultProxy.OperationOf(request) is "PutItem" or "BatchWriteItem" && Interlocked.Decrement(ref left) < 0 ? Fault.Dropped : null;
            var saved = true;
            try
            {
                await records.SaveDocumentAsync("titles", after);
            }
            catch (StoreUnavailableException)
            {
                saved = false;
            }
            table.ComeBack();

            // Three pieces, then the pointer.
            Assert.Equal(writes >= 4 ? after : before, await On(table).LoadDocumentAsync("titles"));
            Assert.Equal(writes >= 5, saved);
        }
    }

    [SkippableFact]
    public async Task Document_PieceMissing_IsSaidToBeDamaged()
    {
        await using var table = await TestTable.StartAsync();
        var records = On(table);
        await records.SaveDocumentAsync("titles", new byte[700_000]);
        await foreach (var item in table.Table.QueryAsync("default#document#titles", "chunk", "chunl"))
        {
            await table.Table.DeleteAsync(item[DynamoTable.Partition].S, item[DynamoTable.Sort].S, CancellationToken.None);
            break;
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => records.LoadDocumentAsync("titles").AsTask());
    }

    private static async Task<int> CountAsync(TestTable table)
    {
        var count = 0;
        await foreach (var _ in table.Table.QueryAsync("default#document#titles"))
            count++;
        return count;
    }
}
