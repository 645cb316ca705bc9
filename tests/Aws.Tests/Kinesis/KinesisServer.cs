using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>One server for the tests of a class; each has a stream of its own.</summary>
public sealed class KinesisServer : IAsyncLifetime
{
    private ServerProcess? _server;

    internal Uri Url => _server!.Url;

    public async Task InitializeAsync()
    {
        // A fixture cannot skip; the tests that ask do.
        if (Directory.Exists(Path.Combine(ServerProcess.Folder, "node_modules")))
            _server = await AwsServers.StartKinesisAsync();
    }

    internal async Task<Producer> CreateAsync(string stream, int shards)
    {
        Skip.If(_server is null, "The servers are not installed; ./test.sh does.");
        var producer = new Producer(Url, stream);
        await producer.CreateAsync(shards);
        return producer;
    }

    public Task DisposeAsync()
    {
        _server?.Dispose();
        return Task.CompletedTask;
    }
}
