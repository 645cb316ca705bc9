namespace Portcullis.Keys.Model;

/// <summary>
/// What must hold, from the tokens that were minted and what players are judged by alone: it knows no states, leases or settle times.
/// </summary>
internal sealed class WorldModel(WorldClock clock, IReadOnlyList<WorldTarget> targets)
{
    private readonly List<(string KeyId, long Expires)> _alive = [];
    private readonly HashSet<string> _drawn = [], _gone = [], _burnt = [];
    private string? _emergency;

    /// <summary>An emergency was asked for and the caller knows nothing: nothing may be signed until the service knows.</summary>
    public bool IsInDoubt { get; set; }

    public int Minted { get; private set; }

    public int Emergencies { get; private set; }

    public void Mint(string? keyId, int lifetime)
    {
        if (keyId is null)
            return;
        Assert.False(IsInDoubt, "signed although an emergency rotation may have begun");
        Assert.DoesNotContain(keyId, _gone);
        Assert.DoesNotContain(keyId, _burnt);
        foreach (var target in targets.Where(target => !target.HasUnseenLoss))
            Assert.True(target.Served.Contains(keyId), $"signed with {keyId}, which {target.Name} does not hold");
        _alive.Add((keyId, clock.Now + lifetime));
        Minted++;
    }

    public void Check(WorldDisk disk, WorldStore store)
    {
        var ring = disk.Ring;
        CheckForm(ring);
        Assert.Equal(ring.Keys.Where(key => key.State != KeyState.Retired).Select(key => key.KeyId).Order(), disk.Secrets.Order());
        CheckNothingComesBack(ring, store);
        CheckEmergency(ring);
        // A token that has ended is not expected to come back to life when the clock is set back.
        _alive.RemoveAll(token => clock.Now >= token.Expires);
        foreach (var (keyId, _) in _alive.Where(token => !_burnt.Contains(token.KeyId)))
        {
            foreach (var target in targets.Where(target => !target.IsDamaged))
                Assert.True(target.Served.Contains(keyId), $"a token of {keyId} is refused by {target.Name}");
        }
    }

    private static void CheckForm(KeyRing ring)
    {
        Assert.Equal(1, ring.Keys.Count(key => key.State == KeyState.Signing));
        Assert.True(ring.Keys.Count <= KeyRing.MaxKeys + 1, $"{ring.Keys.Count} keys");
        Assert.Equal(ring.Keys.Count, ring.Keys.DistinctBy(key => key.KeyId).Count());
        var coming = ring.Keys.Where(key => key.State is KeyState.Pending or KeyState.Confirmed).ToList();
        Assert.True(coming.Count <= 1 && coming.TrueForAll(key => key.KeyId == ring.Rotation?.KeyId), "more than one rotation");
    }

    private void CheckNothingComesBack(KeyRing ring, WorldStore store)
    {
        var live = ring.Keys.Where(key => key.State != KeyState.Retired).Select(key => key.KeyId).ToHashSet();
        _drawn.UnionWith(live);
        Assert.Empty(live.Intersect(_gone));
        _gone.UnionWith(_drawn.Except(live));
        // While the outcome of a commit is not known, the process goes on with what it knew.
        if (store.Ring.Version == ring.Version)
            Assert.Empty(store.Live.Intersect(_gone));
    }

    private void CheckEmergency(KeyRing ring)
    {
        if (ring.Rotation is { IsEmergency: true } rotation && rotation.KeyId != _emergency)
        {
            _emergency = rotation.KeyId;
            _burnt.UnionWith(_drawn);
            _burnt.Remove(rotation.KeyId);
            Emergencies++;
        }
        if (_emergency is null || ring.Rotation?.KeyId == _emergency)
            return;
        Assert.Empty(ring.Keys.Select(key => key.KeyId).Intersect(_burnt));
        foreach (var target in targets.Where(target => !target.IsDamaged))
            Assert.False(target.Served.Overlaps(_burnt), $"{target.Name} still admits a key from before the emergency");
    }
}
