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
    /// <exception cref="TargetConflictException">The target has changed since it was read; nothing more was written.</exception>
    ValueTask WriteAsync(TPlan plan, CancellationToken cancellation);

    /// <summary>
    /// The same for a target to which a plan may take minutes: writes about a second's worth of what is missing, the most important first,
    /// so that a newer plan need not wait for the rest. By default all of it.
    /// </summary>
    /// <returns>Whether the target enforces the plan now; otherwise there is more to write.</returns>
    /// <exception cref="TargetConflictException">The target has changed since it was read; nothing more was written.</exception>
    async ValueTask<bool> WritePartAsync(TPlan plan, CancellationToken cancellation)
    {
        await WriteAsync(plan, cancellation).ConfigureAwait(false);
        return true;
    }
}
