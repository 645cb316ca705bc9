using Portcullis.Engine;

namespace Portcullis.Aws.Ledger;

public sealed partial class DynamoLedger
{
    private readonly Lock _reporting = new();
    private StoreHealth _health;
    private string? _logError, _snapshotError;

    /// <inheritdoc/>
    public StoreHealth Health
    {
        get
        {
            lock (_reporting)
                return Judged();
        }
    }

    private void Report(ref string? place, string? error)
    {
        lock (_reporting)
        {
            place = error;
            Judged();
        }
    }

    /// <summary>The log first: it is what blocks.</summary>
    private StoreHealth Judged()
    {
        var worst = _logError ?? (_index.Error is { } index ? $"The index: {index}" : _snapshotError is { } snapshot ? $"A snapshot: {snapshot}" : null);
        return _health = _health.Becoming(worst, _time);
    }
}
