using Portcullis.Enforcement;
using Portcullis.Keys;

namespace Portcullis.Engine;

/// <summary>Keeps all targets of an installation at what ledger and keys ask for, and rotates the keys by what the targets show.</summary>
public sealed class Reconciliation
{
    private readonly IRevocationLedger _ledger;
    private readonly IReadOnlyList<EnforcedTarget> _targets;

    /// <summary>Ties targets and rotation together; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="ledger">Whose changes the targets follow.</param>
    /// <param name="ring">Where the key ring lies.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="rotation">When keys rotate.</param>
    /// <param name="time">The clock.</param>
    public Reconciliation(IRevocationLedger ledger, IKeyRingStore ring, IReadOnlyList<EnforcedTarget> targets, KeyRotationOptions rotation, TimeProvider time)
    {
        _ledger = ledger;
        _targets = targets;
        Rotator = new KeyRotator(ring, [.. targets.Select(target => target.AsKeyTarget).OfType<KeyTarget>()], rotation, time);
        foreach (var (enforcer, _) in targets.Where(target => target.KeySettle is not null))
        {
            var name = enforcer.Status.Name;
            enforcer.KeysChanged = Rotator.Signal;
            enforcer.BeforeWrite = async cancellation =>
            {
                var hasFollowed = await Rotator.FollowAsync(name, cancellation).ConfigureAwait(false);
                await Rotator.StoreLossesAsync(name, cancellation).ConfigureAwait(false);
                return hasFollowed;
            };
        }
    }

    /// <summary>The rotation of the keys.</summary>
    public KeyRotator Rotator { get; }

    /// <summary>How far each target is.</summary>
    public IReadOnlyList<TargetStatus> Targets => [.. _targets.Select(target => target.Enforcer.Status)];

    /// <summary>Says that what the targets must hold has changed otherwise than by the ledger: keys, for one.</summary>
    public void Signal()
    {
        foreach (var target in _targets)
            target.Enforcer.Signal();
    }

    /// <summary>Reconciles and rotates until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll([.. _targets.Select(target => target.Enforcer.RunAsync(cancellation)), Rotator.RunAsync(cancellation), FollowLedgerAsync(cancellation)]);

    private async Task FollowLedgerAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in _ledger.WatchAsync(cancellation).ConfigureAwait(false))
                Signal();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
