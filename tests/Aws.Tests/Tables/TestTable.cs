using Amazon.DynamoDBv2;
using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Tables;

/// <summary>A table in a DynamoDB server of the test's own, behind a proxy that makes of its requests what the test wants.</summary>
internal sealed class TestTable : IAsyncDisposable
{
    private readonly ServerProcess _server;

    private TestTable(ServerProcess server, FaultProxy proxy) => (_server, Proxy, Client, Unforgiving) = (
        server, proxy, TableClient.Connect(AwsServers.ConnectTo(proxy.Url)), TableClient.Connect(AwsServers.ConnectTo(proxy.Url) with { Retries = 0 }));

    public const string Name = "state";

    public FaultProxy Proxy { get; }

    /// <summary>A client that tries again.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>A client that does not.</summary>
    public AmazonDynamoDBClient Unforgiving { get; }

    public DynamoTable Table => new(Client, Name);

    public static async Task<TestTable> StartAsync()
    {
        var server = await AwsServers.StartDynamoDBAsync();
        try
        {
            var table = new TestTable(server, await FaultProxy.StartAsync(server.Url));
            await table.Table.EnsureAsync(CancellationToken.None);
            return table;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The next requests of an operation go wrong, as many as there are faults.</summary>
    public void Fail(string operation, params Fault[] faults)
    {
        var left = new Queue<Fault>(faults);
        Proxy.Judge = (request, _) =>
        {
            lock (left)
                return FaultProxy.OperationOf(request) == operation && left.TryDequeue(out var fault) ? fault : null;
        };
    }

    /// <summary>
    /// An operation goes wrong from now on. Its first request gets to the server all the same, and the answer is lost: to lose that one only
    /// is not enough, since the connection's owner may send it again.
    /// </summary>
    public void LoseAnswerThenFail(string operation)
    {
        var requests = 0;
        Proxy.Judge = (request, _) => FaultProxy.OperationOf(request) != operation ? null : Interlocked.Increment(ref requests) == 1 ? Fault.AnswerLost : Fault.ServerError;
    }

    /// <summary>An operation fails from now on.</summary>
    public void Fail(string operation) => Proxy.Judge = (request, _) => FaultProxy.OperationOf(request) == operation ? Fault.ServerError : null;

    /// <summary>Every request goes wrong in a way of its kind, every few of them, drawn from a seed.</summary>
    public void FailAtRandom(int seed, double share)
    {
        var random = new Random(seed);
        Fault[] faults = [Fault.Throttled("ThrottlingException"), Fault.Throttled("ProvisionedThroughputExceededException"), Fault.ServerError, Fault.Dropped, Fault.AnswerLost];
        Proxy.Judge = (_, _) =>
        {
            lock (random)
                return random.NextDouble() < share ? faults[random.Next(faults.Length)] : null;
        };
    }

    /// <summary>Nothing gets through.</summary>
    public void GoDown() => Proxy.Judge = (_, _) => Fault.ServerError;

    public void ComeBack() => Proxy.Judge = null;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Unforgiving.Dispose();
        await Proxy.DisposeAsync();
        _server.Dispose();
    }
}
