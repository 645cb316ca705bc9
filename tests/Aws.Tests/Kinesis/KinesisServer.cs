using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>One Kinesis for the tests of a class; each has a stream of its own.</summary>
public sealed class KinesisServer() : SharedServer(AwsServers.StartKinesisAsync)
{
    internal async Task<Producer> CreateAsync(string stream, int shards)
    {
        var producer = new Producer(Url, stream);
        await producer.CreateAsync(shards);
        return producer;
    }
}
