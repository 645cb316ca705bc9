namespace Portcullis.Enforcement;

/// <summary>A target whose failures and delays a test decides.</summary>
internal sealed class TestTarget<TPlan>(TPlan held) : IEnforcementTarget<TPlan>
    where TPlan : class
{
    private readonly Lock _lock = new();
    private readonly List<TPlan> _written = [];
    private int _attempts;
    private int _conflicts;

    public string Name => "test";

    public TimeSpan LeastInterval { get; set; }

    public TPlan Held { get; set; } = held;

    public Exception? ReadFailure { get; set; }

    public Exception? WriteFailure { get; set; }

    /// <summary>Thrown after a write that was done: the answer is lost.</summary>
    public Exception? LostAnswer { get; set; }

    /// <summary>How many writes from now on meet a conflict.</summary>
    public int Conflicts
    {
        get => Volatile.Read(ref _conflicts);
        set => Volatile.Write(ref _conflicts, value);
    }

    /// <summary>How many parts a write has before its last; the target holds nothing new until then.</summary>
    public int PartsBefore { get; set; }

    /// <summary>What a write waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Action Attempted { get; set; } = () => { };

    /// <summary>Called before each write, also one that fails.</summary>
    public Action Writing { get; set; } = () => { };

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

    public async ValueTask<bool> WritePartAsync(TPlan plan, CancellationToken cancellation)
    {
        if (PartsBefore-- <= 0)
        {
            await WriteAsync(plan, cancellation);
            return true;
        }
        Writing();
        lock (_lock)
            _written.Add(plan);
        return false;
    }

    public async ValueTask WriteAsync(TPlan plan, CancellationToken cancellation)
    {
        Writing();
        if (Interlocked.Decrement(ref _conflicts) >= 0)
            throw new TargetConflictException();
        if (WriteFailure is { } failure)
            throw failure;
        lock (_lock)
            _written.Add(plan);
        await Gate.WaitAsync(cancellation);
        Held = plan;
        if (LostAnswer is { } lost)
            throw lost;
    }
}
