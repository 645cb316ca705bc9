using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Ledger;

public sealed class SqliteLedgerConformanceTests : LedgerConformance
{
    private protected override Task<ILedgerDriver> OpenAsync(TimeProvider time) => SqliteLedgerDriver.OpenAsync(time, new BreakerOptions());
}
