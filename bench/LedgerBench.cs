using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Bench;

/// <summary>How long a start takes with many decisions in the ledger, of which some can still stand; beside reading all of them.</summary>
internal static class LedgerBench
{
    private static readonly (int Decisions, int Standing)[] Fills = [(200_000, 1_000), (200_000, 20_000), (200_000, 200_000), (1_000_000, 1_000)];

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{"decisions",10} {"standing",9} {"start ms",9} {"read all ms",12} {"MB kept",8} {"file MB",8}");
        foreach (var (decisions, standing) in Fills)
            await RunAsync(decisions, standing);
        return 0;
    }

    private static async Task RunAsync(int decisions, int standing)
    {
        var folder = Directory.CreateTempSubdirectory("portcullis-ledger-").FullName;
        try
        {
            var database = new SqliteDatabase(Path.Combine(folder, MainDatabase.FileName), durable: true, MainDatabase.Steps);
            await using var writer = new GroupCommitWriter("ledger", database, TimeProvider.System);
            Fill(database, decisions, standing);
            var all = Median(() => ReadAll(database));
            SqliteLedger? kept = null;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var start = Median(() => kept = new SqliteLedger(database, writer, TimeProvider.System));
            var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
            GC.KeepAlive(kept);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{decisions,10} {standing,9} {start,9:0} {all,12:0} {memory,8:0.0} {new FileInfo(database.Path).Length / 1e6,8:0}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(Action run)
    {
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return times.Order().ElementAt(2);
    }

    private static void ReadAll(SqliteDatabase database)
    {
        using var connection = database.Open();
        GC.KeepAlive(LedgerRows.ReadAfter(connection, 0).Aggregate(RevocationSnapshot.Empty, (state, decision) => state.Apply(decision)));
    }

    private static void Fill(SqliteDatabase database, int decisions, int standing)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < decisions; i++)
        {
            var decision = DecisionOf(i, now.AddMinutes(-30).AddDays(i < decisions - standing ? -60 : 0));
            connection.Execute(
                "INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, 0, :subject, :body)",
                (":id", decision.Id), (":subject", decision.Subject.Value), (":body", JsonSerializer.Serialize(decision, StoredJson.Options)));
        }
        transaction.Commit();
    }

    /// <summary>A verdict as detectors come to it, that stands for a day.</summary>
    public static Decision DecisionOf(int i, DateTimeOffset at) => new()
    {
        Id = $"auto-{i:D16}-0", Kind = DecisionKind.Revoke, Subject = Subject.Session($"{i:D16}"), Source = DecisionSource.Auto, Reason = "Two viewers in different homes played the same positions 5 times.",
        Actor = "detectors", At = at, Until = at.AddDays(1).ToUnixTimeSeconds(), Score = 93, EvidenceUntil = at.ToUnixTimeMilliseconds(), AssetId = "match", PolicyVersion = "0123456789ab",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", Asn = 64500,
        Evidence = [new Finding("doubled-positions", 85, "Two viewers in different homes played the same positions 5 times.", 5, at.ToUnixTimeMilliseconds()) { IsDecisive = true }, new Finding("concurrent-viewers", 8, "2 homes within a minute, 1 allowed.", 2, at.ToUnixTimeMilliseconds())],
    };
}
