using Portcullis.Engine;

namespace Portcullis.Keys.Model;

/// <summary>What happens at the next commit.</summary>
internal enum Fault
{
    None,

    /// <summary>It fails and nothing was kept.</summary>
    Fails,

    /// <summary>It fails and was kept all the same.</summary>
    FailsButIsKept,

    /// <summary>The process dies before it.</summary>
    DiesBefore,

    /// <summary>The process dies between the commit and its effects.</summary>
    DiesAfter,
}

/// <summary>The process has died: what it had in memory is lost.</summary>
internal sealed class DiedException : Exception;

/// <summary>What is on disk, whatever becomes of the process.</summary>
internal sealed class WorldDisk
{
    public required KeyRing Ring { get; set; }

    /// <summary>The keys whose secrets are there.</summary>
    public HashSet<string> Secrets { get; } = [];

    public Fault Fault { get; set; }
}

/// <summary>One process's view of the disk.</summary>
internal sealed class WorldStore(WorldDisk disk) : IKeyRingStore
{
    private MintPermit? _permit;

    public KeyRing Ring { get; private set; } = disk.Ring;

    public IEnumerable<string> Live => Ring.Keys.Where(key => key.State != KeyState.Retired).Select(key => key.KeyId);

    /// <summary>The key a token request is answered with.</summary>
    public string? SigningAt(long now) => _permit is { } permit && now <= permit.SignsUntil ? permit.KeyId : null;

    public void Permit(MintPermit? permit) => _permit = permit;

    public ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default)
    {
        Ring = disk.Ring;
        return ValueTask.FromResult(Ring);
    }

    public ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default)
    {
        var fault = disk.Fault;
        disk.Fault = Fault.None;
        if (fault == Fault.Fails)
            throw new StoreUnavailableException("fails");
        if (fault == Fault.DiesBefore)
            throw new DiedException();
        if (disk.Ring.Version == step.Ring.Version - 1)
        {
            disk.Ring = step.Ring;
            disk.Secrets.ExceptWith(step.Delete);
            if (step.Draw is { } drawn)
                Assert.True(disk.Secrets.Add(drawn), "a key id was given twice");
        }
        if (fault == Fault.FailsButIsKept)
            throw new StoreUnavailableException("was kept");
        if (fault == Fault.DiesAfter)
            throw new DiedException();
        return ReadAsync(cancellation);
    }
}
