using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Ledger;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>The ledger in DynamoDB, in a table of its own, behind a proxy that makes faults.</summary>
internal sealed class DynamoLedgerDriver : ILedgerDriver
{
    private readonly TimeProvider _time;
    private readonly AmazonDynamoDBClient _client, _through;
    private readonly ConcurrentBag<DynamoLedger> _others = [];

    private DynamoLedgerDriver(DynamoServer server, FaultProxy proxy, TimeProvider time, DynamoLedgerOptions options, int retries)
    {
        (Proxy, _time, Options) = (proxy, time, options);
        _through = TableClient.Connect(AwsServers.ConnectTo(proxy.Url) with { Retries = retries });
        _client = TableClient.Connect(AwsServers.ConnectTo(server.Url));
        Direct = new DynamoTable(_client, options.Table);
    }

    public FaultProxy Proxy { get; }

    public DynamoLedgerOptions Options { get; }

    /// <summary>The table, past the proxy.</summary>
    public DynamoTable Direct { get; }

    public DynamoLedger Ledger { get; private set; } = null!;

    IRevocationLedger ILedgerDriver.Ledger => Ledger;

    ILedgerRetention ILedgerDriver.Retention => Ledger;

    public static async Task<DynamoLedgerDriver> OpenAsync(DynamoServer server, TimeProvider time, Func<DynamoLedgerOptions, DynamoLedgerOptions>? change = null, int retries = 0)
    {
        var options = new DynamoLedgerOptions { Table = await server.CreateTableAsync() };
        var driver = new DynamoLedgerDriver(server, await FaultProxy.StartAsync(server.Url), time, change?.Invoke(options) ?? options, retries);
        driver.Ledger = await driver.OpenAnotherAsync();
        return driver;
    }

    /// <summary>Opens a second ledger over the same table; the driver closes it.</summary>
    public async Task<DynamoLedger> OpenAnotherAsync()
    {
        var other = await DynamoLedger.OpenAsync(_through, Options, _time);
        _others.Add(other);
        return other;
    }

    public async Task CrashAsync()
    {
        await Ledger.KillAsync();
        Ledger = await OpenAnotherAsync();
    }

    /// <summary>Stops the ledger as a deployment does, and opens another.</summary>
    public async Task RestartAsync()
    {
        await Ledger.DisposeAsync();
        Ledger = await OpenAnotherAsync();
    }

    public async Task<LedgerReceipt> AppendByAnotherAsync(Decision decision)
    {
        var other = await OpenAnotherAsync();
        var receipt = await other.AppendAsync(decision);
        await other.KillAsync();
        return receipt;
    }

    public async Task FailAsync(Decision decision)
    {
        Proxy.Judge = (_, _) => Fault.Dropped;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Ledger.AppendAsync(decision).AsTask());
        Proxy.Judge = null;
    }

    /// <summary>Everything that the table holds, as text: bodies decompressed, one item a line.</summary>
    public async Task<List<string>> ReadAllAsync()
    {
        var texts = new List<string>();
        var scan = new ScanRequest { TableName = Options.Table, ConsistentRead = true };
        do
        {
            var page = await _client.ScanAsync(scan);
            texts.AddRange(page.Items.Select(TextOf));
            scan.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (scan.ExclusiveStartKey is { Count: > 0 });
        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Judge = null;
        foreach (var other in _others)
            await other.KillAsync();
        _client.Dispose();
        _through.Dispose();
        await Proxy.DisposeAsync();
    }

    private static string TextOf(Dictionary<string, AttributeValue> item)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in item.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
            text.Append(name).Append('=').Append(value.S ?? value.N ?? BodyOf(value.B)).Append(' ');
        return text.ToString();
    }

    private static string BodyOf(MemoryStream body)
    {
        using var reader = new StreamReader(new BrotliStream(body, CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
