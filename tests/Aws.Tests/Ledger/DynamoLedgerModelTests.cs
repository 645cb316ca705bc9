using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

public sealed class DynamoLedgerModelTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 300 : 12;

    /// <summary>With snapshots so often that most starts read one.</summary>
    [SkippableFact]
    public async Task AnyLife_IsAsTheModelSays()
    {
        await server.StartAsync();
        LedgerLife.Live(async (time, breaker) => await DynamoLedgerDriver.OpenAsync(server, time, options => options with { Breaker = breaker, SnapshotEvery = 5 }), Cases);
    }
}
