using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Notifications;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;
using Portcullis.Local.Notifications;
using Portcullis.Local.Tests.Notifications;
using Portcullis.Notifications;

namespace Portcullis.Aws.Tests.Notifications;

/// <summary>Webhooks in a table of DynamoDB, over a ledger elsewhere.</summary>
internal sealed class DynamoWebhookInstallation : WebhookInstallation
{
    private readonly DynamoServer _server;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly AmazonDynamoDBClient _client, _direct;
    private string? _table;

    /// <param name="server">The server.</param>
    /// <param name="options">Options of webhooks.</param>
    /// <param name="through">A proxy that the installation uses instead.</param>
    public DynamoWebhookInstallation(DynamoServer server, WebhookOptions? options, Uri? through = null)
        : base(options)
    {
        _server = server;
        _direct = TableClient.Connect(AwsServers.ConnectTo(server.Url));
        _client = TableClient.Connect(AwsServers.ConnectTo(through ?? server.Url) with { Retries = 1 });
    }

    /// <summary>The table, past any proxy.</summary>
    public DynamoTable Table => new(_direct, _table!);

    // The newest segment stays, as it knows cursor and number.
    public override int KeptNotifications => (int)(Newest.First - Oldest.First);

    public override int KeptDeliveries => Items().Count(item => item[DynamoTable.Partition].S.Contains("#deliveries#", StringComparison.Ordinal) && item[DynamoTable.Sort].S.Contains('#', StringComparison.Ordinal));

    public override int ToldConditions => Count(WebhookItems.Conditions, _ => 1);

    /// <summary>The oldest segment of the log.</summary>
    public LogSegment Oldest => new NotificationLog(Table, Time).ReadAsync(0, null, CancellationToken.None).ToBlockingEnumerable().FirstOrDefault(LogSegment.None);

    /// <summary>The newest segment of the log.</summary>
    public LogSegment Newest => new NotificationLog(Table, Time).ReadNewestAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override byte[] AllBytes() =>
        Encoding.UTF8.GetBytes(string.Join('\n', Items().SelectMany(item => item.Values).Select(value => value.S ?? string.Join('\n', (value.L ?? []).SelectMany(inner => inner.L).Select(inner => inner.S)))));

    /// <summary>Everything in the table.</summary>
    public List<Dictionary<string, AttributeValue>> Items()
    {
        var all = new List<Dictionary<string, AttributeValue>>();
        var scan = new ScanRequest { TableName = _table };
        do
        {
            var page = _direct.ScanAsync(scan).GetAwaiter().GetResult();
            all.AddRange(page.Items);
            scan.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (scan.ExclusiveStartKey is { Count: > 0 });
        return all;
    }

    /// <summary>What a process opens; each call is another process.</summary>
    public async Task<WebhookTables> OpenAsync()
    {
        _table ??= await _server.CreateTableAsync();
        return await WebhookTables.OpenAsync(_client, _table, _key, Ledger, Time, CancellationToken.None);
    }

    /// <summary>Another process over the same table and ledger; the caller starts and stops it.</summary>
    public async Task<WebhookDispatch> OpenAnotherAsync()
    {
        var tables = await OpenAsync();
        return Dispatch(tables.Webhooks, tables.Outbox, tables.Lease);
    }

    /// <summary>The last process's stores.</summary>
    public WebhookTables Tables { get; private set; } = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _client.Dispose();
        _direct.Dispose();
    }

    protected override async Task<(IWebhookStore Webhooks, IOutbox Outbox, IDeliveryLease? Lease)> OpenStoresAsync()
    {
        Tables = await OpenAsync();
        return (Tables.Webhooks, Tables.Outbox, Tables.Lease);
    }

    private int Count(string partition, Func<Dictionary<string, AttributeValue>, int> of) => Items().Where(item => item[DynamoTable.Partition].S == partition).Sum(of);
}
