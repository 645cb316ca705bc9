namespace Portcullis.Enforcement;

/// <summary>A place that enforces a plan. Only its enforcer writes to it.</summary>
/// <typeparam name="TPlan">What the target must hold.</typeparam>
public interface IEnforcementTarget<TPlan>
    where TPlan : class
{
    /// <summary>The target's name in status and logs.</summary>
    string Name { get; }

    /// <summary>The least time from one write to the next, for targets that admit so many changes and no more; zero for the others.</summary>
    TimeSpan LeastInterval => TimeSpan.Zero;

    /// <summary>Reads back what the target holds.</summary>
    ValueTask<TPlan> ReadAsync(CancellationToken cancellation);

    /// <summary>Makes the target hold a plan; done when it enforces it. An exception leaves open whether it does.</summary>
    /// <exception cref="TargetConflictException">The target has changed since it was read; nothing was written.</exception>
    ValueTask WriteAsync(TPlan plan, CancellationToken cancellation);
}
