using Amazon.DynamoDBv2;

namespace Portcullis.Aws.Tables;

/// <summary>Opens DynamoDB for the stores that share a table.</summary>
public static class TableClient
{
    /// <summary>A client for the stores of an installation; whoever asked for it disposes it after them.</summary>
    /// <param name="connection">Region, endpoint and credentials.</param>
    public static AmazonDynamoDBClient Connect(AwsConnection connection)
    {
        var configuration = new AmazonDynamoDBConfig
        {
            ServiceURL = connection.EndpointOf("dynamodb").ToString(),
            AuthenticationRegion = connection.Region,
            Timeout = connection.Timeout,
            MaxErrorRetry = connection.Retries,
            HttpClientFactory = WholeAnswers.Instance,
        };
        return connection.Credentials is { } credentials ? new AmazonDynamoDBClient(credentials, configuration) : new AmazonDynamoDBClient(configuration);
    }

    /// <summary>Creates a table when there is none: partition key <c>PK</c> and sort key <c>SK</c>, both texts, paid by request. For trials; templates create them otherwise.</summary>
    /// <param name="client">The client.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Engine.StoreUnavailableException">The table can neither be found nor be created.</exception>
    public static Task EnsureAsync(IAmazonDynamoDB client, string table, CancellationToken cancellation) => new DynamoTable(client, table).EnsureAsync(cancellation);
}
