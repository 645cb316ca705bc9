using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Notifications;

/// <summary>A DynamoDB for the tests of a class; each takes a table of its own.</summary>
public sealed class DynamoServer : IAsyncLifetime
{
    private ServerProcess _server = null!;
    private int _tables;

    /// <summary>Where it answers.</summary>
    public Uri Url => _server.Url;

    public async Task InitializeAsync() => _server = await AwsServers.StartDynamoDBAsync();

    public Task DisposeAsync()
    {
        _server.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Creates a table.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateTableAsync()
    {
        var name = $"state{Interlocked.Increment(ref _tables)}";
        using var client = DynamoTable.Connect(AwsServers.ConnectTo(Url));
        await new DynamoTable(client, name).EnsureAsync(CancellationToken.None);
        return name;
    }
}
