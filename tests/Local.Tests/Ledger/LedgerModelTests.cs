using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Ledger;

public sealed class LedgerModelTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 1_500 : 40;

    [Fact]
    public void AnyLife_IsAsTheModelSays() => LedgerLife.Live(SqliteLedgerDriver.OpenAsync, Cases);
}
