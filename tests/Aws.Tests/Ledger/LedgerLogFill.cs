using Portcullis.Aws.Ledger;
using Portcullis.Aws.Tables;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>Fills a ledger's log as many verdicts would have, without waiting for each.</summary>
internal static class LedgerLogFill
{
    private const int GroupOf = 300;

    /// <summary>Writes decisions after a sequence, whose sessions are named by it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="after">The last sequence in the log.</param>
    /// <param name="count">How many.</param>
    /// <param name="at">When they were decided; they stand for a day.</param>
    public static async Task FillAsync(DynamoTable table, long after, int count, DateTimeOffset at)
    {
        var log = new LedgerLog(table);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(GroupOf))
            await log.TryAppendAsync(new LogGroup("fill", after + 1 + numbers[0], [.. numbers.Select(i => Verdict(after + 1 + i, at))]), CancellationToken.None);
        // As if the index were written: what is looked up is not part of what is shown here.
        await table.PutAsync(
            new() { [DynamoTable.Partition] = new(LedgerKeys.Index), [DynamoTable.Sort] = new("cursor"), ["LastSequence"] = Number.Of(after + count) }, null, null, CancellationToken.None);
    }

    public static Decision Verdict(long i, DateTimeOffset at) => new()
    {
        Sequence = i, Id = $"auto-{i:D16}-0", Kind = DecisionKind.Revoke, Subject = Subject.Session($"{i:D16}"), Source = DecisionSource.Auto, Reason = "Two viewers in different homes played the same positions 5 times.",
        Actor = "detectors", At = at, Until = at.AddDays(1).ToUnixTimeSeconds(), Score = 93, EvidenceUntil = at.ToUnixTimeMilliseconds(), AssetId = "match", PolicyVersion = "0123456789ab",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", Asn = 64500,
        Evidence = [new Finding("doubled-positions", 85, $"Two viewers in different homes played the same positions {i} times.", 5, at.ToUnixTimeMilliseconds()) { IsDecisive = true }, new Finding("concurrent-viewers", 8, "2 homes within a minute, 1 allowed.", 2, at.ToUnixTimeMilliseconds())],
    };
}
