using System.Text.Json.Nodes;
using Amazon.Runtime;
using Portcullis.Aws.Json;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Json;

public sealed class JsonServiceClientTests
{
    [SkippableFact]
    public async Task CallAsync_Kinesis_WritesAndReads()
    {
        using var server = await AwsServers.StartKinesisAsync();
        using var client = new JsonServiceClient(JsonService.Kinesis, AwsServers.ConnectTo(server.Url));

        await client.CallAsync("CreateStream", new JsonObject { ["StreamName"] = "logs", ["ShardCount"] = 1 });
        var streams = await client.CallAsync("ListStreams", []);

        Assert.Equal("logs", (string?)streams["StreamNames"]![0]);
    }

    [SkippableFact]
    public async Task CallAsync_Refused_CarriesTheErrorCode()
    {
        using var server = await AwsServers.StartMotoAsync();
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(server.Url));

        var error = await Assert.ThrowsAsync<AmazonServiceException>(() => client.CallAsync("GetSecretValue", new JsonObject { ["SecretId"] = "none" }));

        Assert.Equal("ResourceNotFoundException", error.ErrorCode);
    }

    [SkippableTheory]
    [InlineData("throttled")]
    [InlineData("server error")]
    [InlineData("dropped")]
    public async Task CallAsync_AFaultOrTwo_TriesAgain(string kind)
    {
        using var server = await AwsServers.StartMotoAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        var faults = 2;
        proxy.Judge = (_, _) => Interlocked.Decrement(ref faults) < 0 ? null : kind switch
        {
            "throttled" => Fault.Throttled("ThrottlingException"),
            "server error" => Fault.ServerError,
            _ => Fault.Dropped,
        };
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(proxy.Url));

        var answer = await client.CallAsync("ListSecrets", []);

        Assert.Empty(answer["SecretList"]!.AsArray());
        Assert.Equal(3, proxy.Requests);
    }

    [SkippableFact]
    public async Task CallAsync_MoreFaultsThanRetries_Fails()
    {
        using var server = await AwsServers.StartMotoAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        proxy.Judge = (_, _) => Fault.ServerError;
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(proxy.Url) with { Retries = 1 });

        var error = await Assert.ThrowsAsync<AmazonServiceException>(() => client.CallAsync("ListSecrets", []));

        Assert.Equal(500, (int)error.StatusCode);
        Assert.Equal(2, proxy.Requests);
    }

    [SkippableFact]
    public async Task CallAsync_ConnectionsKeepBreaking_SaysThatThereIsNoAnswer()
    {
        using var server = await AwsServers.StartMotoAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        proxy.Judge = (_, _) => Fault.Dropped;
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(proxy.Url) with { Retries = 0 });

        var error = await Assert.ThrowsAsync<AmazonClientException>(() => client.CallAsync("ListSecrets", []));

        Assert.StartsWith("secretsmanager did not answer", error.Message, StringComparison.Ordinal);
        // The SDK's own number, which a change that must not be made twice has to reckon with.
        Assert.Equal(11, proxy.Requests);
    }

    [SkippableFact]
    public async Task CallAsync_NoAnswerInTime_SaysThatThereIsNone()
    {
        using var server = await AwsServers.StartMotoAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        using var ended = new ManualResetEventSlim();
        proxy.Judge = (_, _) =>
        {
            ended.Wait();
            return Fault.Dropped;
        };
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(proxy.Url) with { Retries = 0, Timeout = TimeSpan.FromMilliseconds(200) });

        var error = await Assert.ThrowsAsync<AmazonClientException>(() => client.CallAsync("ListSecrets", []));
        ended.Set();

        Assert.StartsWith("secretsmanager did not answer", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CallAsync_HalfAnAnswerAndNoMore_SaysThatThereIsNone()
    {
        using var server = await AwsServers.StartMotoAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        proxy.Judge = (_, _) => Fault.Stalled;
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(proxy.Url) with { Retries = 0, Timeout = TimeSpan.FromMilliseconds(500) });

        var error = await Assert.ThrowsAsync<AmazonClientException>(() => client.CallAsync("ListSecrets", []).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.StartsWith("secretsmanager did not answer", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CallAsync_Cancelled_IsCancelled()
    {
        using var server = await AwsServers.StartMotoAsync();
        using var client = new JsonServiceClient(JsonService.SecretsManager, AwsServers.ConnectTo(server.Url));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.CallAsync("ListSecrets", [], new CancellationToken(canceled: true)));
    }
}
