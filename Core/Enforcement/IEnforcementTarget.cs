namespace Portcullis.Enforcement;

/// <summary>A place that enforces a plan. Only its enforcer writes to it.</summary>
/// <typeparam name="TPlan">What the target must hold.</typeparam>
public interface IEnforcementTarget<TPlan>
    where TPlan : class
{
    /// <summary>The target's name in status and logs.</summary>
    string Name { get; }

    /// <summary>Reads back what the target holds.</summary>
    ValueTask<TPlan> ReadAsync(CancellationToken cancellation);

    /// <summary>Makes the target hold a plan; done when it enforces it.</summary>
    ValueTask WriteAsync(TPlan plan, CancellationToken cancellation);
}
