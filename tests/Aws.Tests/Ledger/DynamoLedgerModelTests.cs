using Portcullis.Aws.Tests.Servers;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

public sealed class DynamoLedgerModelTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 300 : 12;

    /// <summary>With snapshots so often that most starts read one.</summary>
    [SkippableFact]
    public void AnyLife_IsAsTheModelSays()
    {
        // Skips here where there is no server: a property that is skipped would have failed.
        _ = server.Url;
        LedgerLife.Live(async (time, breaker) => await DynamoLedgerDriver.OpenAsync(server, time, options => options with { Breaker = breaker, SnapshotEvery = 5 }), Cases);
    }
}
