using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Ledger;

public sealed class LedgerReadingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task ReadAfterAsync_GapsBeyondTheLimit_YieldsAllInOrderAndNoneTwice(int limit)
    {
        await using var database = new TestDatabase();
        var ledger = new SqliteLedger(database.Database, database.Writer, new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1_000)));
        await Task.WhenAll(Enumerable.Range(1, 1_200).Select(i => ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))).AsTask()));
        using (var connection = database.Database.Open())
            connection.Execute("DELETE FROM decisions WHERE sequence BETWEEN 300 AND 899 OR sequence % 7 = 0");

        var read = new List<long>();
        while (await ledger.ReadAfterAsync(read.LastOrDefault(), limit, CancellationToken.None) is { Count: > 0 } decisions)
        {
            Assert.True(decisions.Count <= limit, $"{decisions.Count} at once");
            read.AddRange(decisions.Select(decision => decision.Sequence));
        }

        Assert.Equal(Enumerable.Range(1, 1_200).Where(i => (i is < 300 or > 899) && i % 7 != 0).Select(i => (long)i), read);
    }
}
