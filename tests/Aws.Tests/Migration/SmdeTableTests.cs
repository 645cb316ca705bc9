using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Assets;
using Portcullis.Aws.Migration;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Migration;

public sealed class SmdeTableTests
{
    [SkippableFact]
    public async Task ReadAsync_MoreRowsThanAPage_ReadsAll()
    {
        using var server = await AwsServers.StartDynamoDBAsync();
        var connection = AwsServers.ConnectTo(server.Url);
        using var client = TableClient.Connect(connection);
        await CreateAsync(client, "revocations", "session_id");
        // 3,000 rows of 500 bytes are more than a page of 1 MB.
        await PutAsync(client, "revocations", Enumerable.Range(0, 3_000).Select(i => new Dictionary<string, AttributeValue>
        {
            ["session_id"] = new($"session{i.ToString("d5", CultureInfo.InvariantCulture)}"),
            ["type"] = new("AUTO"),
            ["reason"] = new(new string('x', 450)),
            ["score"] = new() { N = "3.5" },
            ["last_updated"] = new() { N = "1700000000" },
            ["ttl"] = new() { N = "1700604800" },
        }));

        var (revocations, errors) = SmdeRevocations.Read(await SmdeTable.ReadAsync(connection, "revocations", CancellationToken.None));

        Assert.Empty(errors);
        Assert.Equal(3_000, revocations.Select(revocation => revocation.Sid).Distinct().Count());
    }

    [SkippableFact]
    public async Task ReadAsync_AssetWithPolicy_KeepsEveryType()
    {
        using var server = await AwsServers.StartDynamoDBAsync();
        var connection = AwsServers.ConnectTo(server.Url);
        using var client = TableClient.Connect(connection);
        await CreateAsync(client, "assets", "id");
        await PutAsync(client, "assets",
        [
            new()
            {
                ["id"] = new("film"),
                ["endpoint_hostname"] = new("https://d1.cloudfront.net"),
                ["url_path"] = new("/video/2/index.mpd"),
                ["token_policy"] = new()
                {
                    M = new()
                    {
                        ["paths"] = new() { L = [new("/video/2/")] },
                        ["exc"] = new() { SS = ["/ads/"] },
                        ["exp"] = new("+90m"),
                        ["ssn"] = new() { BOOL = true },
                        ["session_auto_generate"] = new() { N = "12" },
                        ["nbf"] = new() { NULL = true },
                    },
                },
            },
        ]);

        var reading = SmdeAssets.Read(await SmdeTable.ReadAsync(connection, "assets", CancellationToken.None));

        Assert.Empty(reading.Errors);
        var policy = Assert.Single(reading.Assets).Policy;
        Assert.Equal((true, 12, "+90m"), (policy.Ssn, policy.SessionAutoGenerate, policy.Exp));
        Assert.Equal(["/video/2/"], policy.Paths);
        Assert.Equal(["/ads/"], policy.Exc);
    }

    [SkippableFact]
    public async Task ReadAsync_NoSuchTable_SaysWhich()
    {
        using var server = await AwsServers.StartDynamoDBAsync();

        var error = await Assert.ThrowsAsync<FormatException>(() => SmdeTable.ReadAsync(AwsServers.ConnectTo(server.Url), "none", CancellationToken.None));

        Assert.StartsWith("cannot read the table 'none' in eu-west-1: ", error.Message, StringComparison.Ordinal);
    }

    private static Task CreateAsync(AmazonDynamoDBClient client, string table, string key) => client.CreateTableAsync(new CreateTableRequest
    {
        TableName = table,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        AttributeDefinitions = [new(key, ScalarAttributeType.S)],
        KeySchema = [new(key, KeyType.HASH)],
    });

    private static async Task PutAsync(AmazonDynamoDBClient client, string table, IEnumerable<Dictionary<string, AttributeValue>> rows)
    {
        foreach (var batch in rows.Chunk(DynamoTable.MaxBatch))
            await client.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [table] = [.. batch.Select(DynamoTable.Putting)] } });
    }
}
