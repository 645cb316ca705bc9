using Amazon.Runtime;

namespace Portcullis.Aws.Tests.Servers;

/// <summary>Starts the servers that stand in for AWS, each as it is known to work (versions in <c>package.json</c> beside this file).</summary>
internal static class AwsServers
{
    /// <summary>DynamoDB. It knows neither transactions nor streams nor time to live.</summary>
    public static Task<ServerProcess> StartDynamoDBAsync() =>
        ServerProcess.StartNodeAsync("dynalite/cli.js", port => ["--host", "127.0.0.1", "--port", $"{port}", "--createTableMs", "0", "--deleteTableMs", "0"]);

    /// <summary>Kinesis, right but slow: real lag, resharding, null iterators at the end of closed shards.</summary>
    public static Task<ServerProcess> StartKinesisAsync() =>
        ServerProcess.StartNodeAsync("kinesis-local/main.js", _ => [], port => new()
        {
            // Its plain port; the one with TLS must be another and free as well.
            ["KINESIS_MOCK_PLAIN_PORT"] = $"{port}",
            ["KINESIS_MOCK_TLS_PORT"] = $"{ServerProcess.FreePort()}",
            ["KINESIS_MOCK_CERT_PATH"] = Path.Combine(ServerProcess.Folder, "node_modules", "kinesis-local", "server.json"),
            ["AWS_REGION"] = "eu-west-1",
            ["LOG_LEVEL"] = "ERROR",
            ["SHARD_LIMIT"] = "1000",
            ["CREATE_STREAM_DURATION"] = "50ms",
            ["SPLIT_SHARD_DURATION"] = "50ms",
            ["MERGE_SHARDS_DURATION"] = "50ms",
        });

    /// <summary>Kinesis, fast but simple: no lag, no child shards.</summary>
    public static Task<ServerProcess> StartFastKinesisAsync() =>
        ServerProcess.StartNodeAsync("kinesalite/cli.js", port => ["--port", $"{port}", "--shardLimit", "1000", "--createStreamMs", "0"]);

    /// <summary>WAFv2 and Secrets Manager, among others. It checks neither capacity nor how often something changes.</summary>
    public static Task<ServerProcess> StartMotoAsync() =>
        ServerProcess.StartAsync("moto_server", port => ["-H", "127.0.0.1", "-p", $"{port}"], _ => new() { ["PYTHONPATH"] = Path.Combine(ServerProcess.Folder, "moto") });

    /// <summary>A connection whose every service is one server.</summary>
    public static AwsConnection ConnectTo(Uri url) => new()
    {
        Region = "eu-west-1",
        Endpoints = new[] { "kinesis", "wafv2", "secretsmanager", "dynamodb", "cloudfront-keyvaluestore" }.ToDictionary(service => service, _ => url),
        Credentials = new BasicAWSCredentials("test", "test"),
    };
}
