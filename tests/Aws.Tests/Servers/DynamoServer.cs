using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Tests.Servers;

/// <summary>One DynamoDB for the tests of a class; each has a table of its own.</summary>
public sealed class DynamoServer() : SharedServer(AwsServers.StartDynamoDBAsync)
{
    /// <summary>Creates a table.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateTableAsync()
    {
        var name = $"table-{Guid.NewGuid():N}";
        using var client = TableClient.Connect(AwsServers.ConnectTo(Url));
        await TableClient.EnsureAsync(client, name, CancellationToken.None);
        return name;
    }
}
