using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Portcullis.Aws;
using Portcullis.Aws.Json;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Bench;

/// <summary>kinesalite in a process of its own, with a stream full of lines.</summary>
internal sealed class KinesisServer : IDisposable
{
    /// <summary>The stream's name.</summary>
    public const string Stream = "lines";

    private const int RecordsPerCall = 500;

    private readonly Process _process;
    private readonly JsonServiceClient _client;

    private KinesisServer(Process process, Uri url)
    {
        _process = process;
        Connection = new AwsConnection
        {
            Region = "eu-west-1",
            Endpoints = new Dictionary<string, Uri> { ["kinesis"] = url },
            Credentials = new BasicAWSCredentials("test", "test"),
            Timeout = TimeSpan.FromMinutes(1),
        };
        _client = new JsonServiceClient(JsonService.Kinesis, Connection);
    }

    public AwsConnection Connection { get; }

    /// <summary>Starts it; null when it is not installed.</summary>
    public static async Task<KinesisServer?> StartAsync(int shards)
    {
        var script = Path.Combine(typeof(KinesisServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Servers").Value!, "node_modules", "kinesalite", "cli.js");
        if (!File.Exists(script))
            return null;
        var port = FreePort();
        // It says on its output that it listens, and nothing more.
        var process = Process.Start(new ProcessStartInfo("node", [script, "--port", $"{port}", "--shardLimit", "100", "--createStreamMs", "0"]) { RedirectStandardOutput = true })!;
        var server = new KinesisServer(process, new Uri($"http://127.0.0.1:{port}"));
        while (!await AnswersAsync(port))
            await Task.Delay(50);
        await server.CallAsync("CreateStream", new JsonObject { ["StreamName"] = Stream, ["ShardCount"] = shards });
        await Task.Delay(500);
        return server;
    }

    /// <summary>Puts lines, one to a record.</summary>
    public async Task PutAsync(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        foreach (var chunk in lines.Chunk(RecordsPerCall))
        {
            await CallAsync("PutRecords", new JsonObject
            {
                ["StreamName"] = Stream,
                ["Records"] = new JsonArray([.. chunk.Select(line => new JsonObject { ["Data"] = Convert.ToBase64String(line.Span), ["PartitionKey"] = $"{Random.Shared.NextInt64()}" })]),
            });
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task<JsonObject> CallAsync(string operation, JsonObject input) => _client.CallAsync(operation, input);
}
