namespace Portcullis.Aws.Tests.Servers;

/// <summary>One server for the tests of a class.</summary>
public abstract class SharedServer : IAsyncLifetime
{
    private readonly Func<Task<ServerProcess>> _start;
    private ServerProcess? _server;

    private protected SharedServer(Func<Task<ServerProcess>> start) => _start = start;

    /// <summary>Where it answers. Skips the test that asks where the servers are not installed: the class as such cannot be skipped.</summary>
    public Uri Url
    {
        get
        {
            Skip.If(_server is null, "The servers are not installed; ./test.sh does.");
            return _server!.Url;
        }
    }

    public async Task InitializeAsync()
    {
        if (Directory.Exists(Path.Combine(ServerProcess.Folder, "node_modules")))
            _server = await _start();
    }

    public Task DisposeAsync()
    {
        _server?.Dispose();
        return Task.CompletedTask;
    }
}
