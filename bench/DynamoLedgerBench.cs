using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Portcullis.Aws;
using Portcullis.Aws.Ledger;
using Portcullis.Aws.Tables;
using Portcullis.Revocations;

namespace Portcullis.Bench;

/// <summary>The ledger in a DynamoDB that runs beside: how long a decision takes, how many there can be in a second, how long a start takes.</summary>
internal static class DynamoLedgerBench
{
    private const int GroupOf = 300, OneByOne = 1_000, AtOnce = 1_000, Many = 20_000;

    private static readonly (int Decisions, int Standing)[] Fills = [(100_000, 100_000), (1_000_000, 1_000)];

    /// <param name="url">Where it answers, such as dynalite on <c>http://127.0.0.1:8000</c>.</param>
    public static async Task<int> RunAsync(Uri url)
    {
        var connection = new AwsConnection { Region = "eu-west-1", Credentials = new BasicAWSCredentials("bench", "bench"), Endpoints = new Dictionary<string, Uri> { ["dynamodb"] = url } };
        using var client = TableClient.Connect(connection);
        await AppendAsync(client);
        Console.WriteLine($"{"decisions",10} {"standing",9} {"from log ms",12} {"of CPU",10} {"from snapshot ms",17} {"of CPU",10}");
        foreach (var (decisions, standing) in Fills)
            await StartAsync(client, decisions, standing);
        return 0;
    }

    private static async Task AppendAsync(IAmazonDynamoDB client)
    {
        var options = await CreateAsync(client);
        await using var ledger = await DynamoLedger.OpenAsync(client, options, TimeProvider.System);
        var times = new List<double>();
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < OneByOne; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ledger.AppendAsync(LedgerBench.DecisionOf(i, now));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one by one: p50 {times[OneByOne / 2]:0.0} ms, p99 {times[OneByOne * 99 / 100]:0.0} ms"));
        var begun = Stopwatch.GetTimestamp();
        foreach (var numbers in Enumerable.Range(OneByOne, Many).Chunk(AtOnce))
            await Task.WhenAll(numbers.Select(i => ledger.AppendAsync(LedgerBench.DecisionOf(i, now)).AsTask()));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{AtOnce} at once: {Many / Stopwatch.GetElapsedTime(begun).TotalSeconds:0} decisions/s"));
    }

    private static async Task StartAsync(IAmazonDynamoDB client, int decisions, int standing)
    {
        var options = await CreateAsync(client);
        var table = new DynamoTable(client, options.Table);
        var log = new LedgerLog(table);
        var now = DateTimeOffset.UtcNow;
        foreach (var numbers in Enumerable.Range(0, decisions).Chunk(GroupOf))
            await log.TryAppendAsync(new LogGroup("fill", numbers[0] + 1, [.. numbers.Select(i => LedgerBench.DecisionOf(i, now.AddMinutes(-30).AddDays(i < decisions - standing ? -60 : 0)) with { Sequence = i + 1 })]), default);
        // As if the index were written: a start does not wait for it in any case.
        await table.PutAsync(new() { [DynamoTable.Partition] = new(LedgerKeys.Index), [DynamoTable.Sort] = new("cursor"), ["LastSequence"] = Number.Of(decisions) }, null, null, default);
        var fromLog = await OpenAsync(client, options);
        var times = new List<(double Elapsed, double Processor)>();
        for (var i = 0; i < 5; i++)
            times.Add(await OpenAsync(client, options));
        // Process time as well: the machine is shared, and dynalite, which is slow, is another process.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{decisions,10} {standing,9} {fromLog.Elapsed,12:0} {fromLog.Processor,10:0} {times.Order().ElementAt(2).Elapsed,17:0} {times.Select(time => time.Processor).Order().ElementAt(2),10:0}"));
    }

    private static async Task<(double Elapsed, double Processor)> OpenAsync(IAmazonDynamoDB client, DynamoLedgerOptions options)
    {
        var (started, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await using var ledger = await DynamoLedger.OpenAsync(client, options, TimeProvider.System);
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }

    private static async Task<DynamoLedgerOptions> CreateAsync(IAmazonDynamoDB client)
    {
        var options = new DynamoLedgerOptions { Table = $"ledger-{Guid.NewGuid():N}" };
        await TableClient.EnsureAsync(client, options.Table, default);
        return options;
    }
}
