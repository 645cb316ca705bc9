using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Ledger;

/// <summary>One DynamoDB for the tests of a class; each test has a table of its own.</summary>
public sealed class DynamoServer : IAsyncLifetime
{
    private ServerProcess? _server;

    public Uri Url => _server!.Url;

    // Not here: a server that is not installed skips tests, and a fixture cannot be skipped.
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task StartAsync() => _server ??= await AwsServers.StartDynamoDBAsync();

    public Task DisposeAsync()
    {
        _server?.Dispose();
        return Task.CompletedTask;
    }
}
