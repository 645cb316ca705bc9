namespace Portcullis.Enforcement;

/// <summary>A target whose failures and delays a test decides.</summary>
internal sealed class TestTarget<TPlan>(TPlan held) : IEnforcementTarget<TPlan>
    where TPlan : class
{
    private readonly Lock _lock = new();
    private readonly List<TPlan> _written = [];
    private int _attempts;

    public string Name => "test";

    public TPlan Held { get; set; } = held;

    public Exception? ReadFailure { get; set; }

    public Exception? WriteFailure { get; set; }

    /// <summary>What a write waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Action Attempted { get; set; } = () => { };

    public int Attempts => Volatile.Read(ref _attempts);

    public IReadOnlyList<TPlan> Written
    {
        get
        {
            lock (_lock)
                return [.. _written];
        }
    }

    public ValueTask<TPlan> ReadAsync(CancellationToken cancellation)
    {
        Attempted();
        Interlocked.Increment(ref _attempts);
        return ReadFailure is { } failure ? throw failure : ValueTask.FromResult(Held);
    }

    public async ValueTask WriteAsync(TPlan plan, CancellationToken cancellation)
    {
        if (WriteFailure is { } failure)
            throw failure;
        lock (_lock)
            _written.Add(plan);
        await Gate.WaitAsync(cancellation);
        Held = plan;
    }
}
