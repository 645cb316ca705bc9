using Portcullis.Aws.Tests.Servers;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Ledger;

public sealed class DynamoLedgerConformanceTests(DynamoServer server) : LedgerConformance, IClassFixture<DynamoServer>
{
    private protected override async Task<ILedgerDriver> OpenAsync(TimeProvider time) => await DynamoLedgerDriver.OpenAsync(server, time);
}
