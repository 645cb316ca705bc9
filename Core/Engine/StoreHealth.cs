namespace Portcullis.Engine;

/// <summary>The state of something that can fail and recover: a store, a stream.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Error">What is wrong, or null when it works.</param>
/// <param name="Since">Since when it has been so.</param>
public sealed record StoreHealth(string Name, string? Error, DateTimeOffset Since)
{
    /// <summary>Whether it works.</summary>
    public bool IsHealthy => Error is null;

    /// <summary>The state from now on: the same as long as the error is the same.</summary>
    /// <param name="error">What is wrong, or null.</param>
    /// <param name="time">The clock.</param>
    public StoreHealth Becoming(string? error, TimeProvider time) => error == Error ? this : new StoreHealth(Name, error, time.GetUtcNow());
}

/// <summary>Something whose health shows in <c>/health/ready</c> and in the status.</summary>
public interface IHealthReporting
{
    /// <summary>The state now.</summary>
    StoreHealth Health { get; }
}
