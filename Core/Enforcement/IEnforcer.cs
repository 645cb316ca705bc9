using Portcullis.Keys;

namespace Portcullis.Enforcement;

/// <summary>What reconciles one target, whatever its plans are.</summary>
public interface IEnforcer
{
    /// <summary>How far the target is. While a change is waiting, its lag grows, also when the target does not answer.</summary>
    TargetStatus Status { get; }

    /// <summary>The keys that the target was seen to hold; null before it was read, and for a target that holds none by its nature.</summary>
    HeldKeys? HeldKeys { get; }

    /// <summary>Called when a read showed other keys than the one before.</summary>
    Action? KeysChanged { get; set; }

    /// <summary>
    /// Awaited between a read and the write that it asks for: what the read showed can be kept before it is put right. True when the target must
    /// hold something else now, perhaps: the plan is drawn anew. When it throws, nothing is written, and the target is read again after a while.
    /// </summary>
    Func<CancellationToken, ValueTask<bool>>? BeforeWrite { get; set; }

    /// <summary>Says that the desired state has changed.</summary>
    void Signal();

    /// <summary>Reconciles at every signal, and every 15 s so that what ended or was changed behind its back is put right.</summary>
    Task RunAsync(CancellationToken cancellation);
}
