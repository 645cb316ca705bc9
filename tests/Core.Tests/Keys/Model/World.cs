using Portcullis.Engine;

namespace Portcullis.Keys.Model;

/// <summary>An installation with two remote targets and one inside the process, at the mercy of what happens to it.</summary>
internal sealed class World
{
    private readonly WorldClock _clock = new();
    private readonly WorldTarget[] _targets;
    private readonly WorldDisk _disk;
    private readonly WorldModel _model;
    private readonly KeyRotationOptions _options;
    private WorldStore _store;
    private KeyRotator _rotator;

    public World(KeyRotationOptions options)
    {
        _options = options;
        _targets = [new("near", 0, true, _clock), new("far", 45, false, _clock), new("farther", 60, false, _clock)];
        _disk = new WorldDisk { Ring = KeyRing.Begin(["first"], _clock.Now, _clock.Now, options.MaxTokenLifetime) };
        _disk.Secrets.Add("first");
        _model = new WorldModel(_clock, _targets);
        Start();
    }

    public int Minted => _model.Minted;

    public int Emergencies => _model.Emergencies;

    public void Do(WorldOperation operation)
    {
        try
        {
            Apply(operation);
        }
        catch (DiedException)
        {
            Start();
        }
        Check();
    }

    /// <summary>Everything works again for long enough: nothing may be left over.</summary>
    public void Recover()
    {
        _disk.Fault = Fault.None;
        foreach (var target in _targets)
            (target.IsUp, target.Delay) = (true, 0);
        // One that the schedule begins meanwhile is given time to end.
        for (var second = 0; second < 600 || (second < 1_200 && !IsQuiet); second++)
            Round(1);
        Assert.Null(_disk.Ring.Rotation);
        Assert.NotNull(_store.SigningAt(_clock.Now));
        Assert.Null(_rotator.Health.Error);
        Assert.DoesNotContain(_disk.Ring.Keys, key => key.State == KeyState.Retired);
        Assert.All(_targets, target => Assert.Equal(_store.Live.Order(), target.Served.Order()));
        _model.Mint(_store.SigningAt(_clock.Now), 60);
    }

    private bool IsQuiet => _disk.Ring.Rotation is null && _disk.Ring.Keys.All(key => key.State != KeyState.Retired) && _targets.All(target => target.Served.SetEquals(_store.Live));

    private void Apply(WorldOperation operation)
    {
        switch (operation)
        {
            case WorldOperation.Wait(var seconds):
                for (var left = seconds; left > 0; left -= Math.Max(1, seconds / 20))
                    Round(Math.Min(left, Math.Max(1, seconds / 20)));
                break;
            case WorldOperation.Pause(var seconds):
                _clock.Advance(seconds);
                break;
            case WorldOperation.SetClock(var seconds):
                _clock.Set(seconds);
                break;
            case WorldOperation.Reach(var index, var isUp, var delay):
                (_targets[index].IsUp, _targets[index].Delay) = (isUp, delay);
                break;
            case WorldOperation.Lose(var index, var state):
                _targets[index].Lose(state);
                break;
            case WorldOperation.Rotate rotate:
                Rotate(rotate);
                break;
            case WorldOperation.Break(var fault):
                _disk.Fault = fault;
                break;
            case WorldOperation.Mint(var lifetime):
                _model.Mint(_store.SigningAt(_clock.Now), lifetime);
                break;
            case WorldOperation.Kill:
                throw new DiedException();
        }
    }

    private void Rotate(WorldOperation.Rotate rotate)
    {
        _disk.Fault = rotate.Fault;
        for (var attempt = 0; attempt <= rotate.Retries; attempt++)
        {
            try
            {
                var outcome = _rotator.RotateAsync(new KeyRotationRequest(rotate.IsEmergency, "test", "test")).AsTask().GetAwaiter().GetResult();
                _model.IsInDoubt = false;
                Assert.True(outcome != KeyRotationOutcome.Full || (!rotate.IsEmergency && _disk.Ring.Keys.Count >= KeyRing.MaxKeys));
                return;
            }
            catch (StoreUnavailableException)
            {
                _model.IsInDoubt |= rotate.IsEmergency;
            }
        }
    }

    private void Round(int seconds)
    {
        _clock.Advance(seconds);
        foreach (var target in _targets)
        {
            if (target.IsDue)
                Reconcile(target);
            target.Settled(_store.Live);
        }
        try
        {
            _rotator.AdvanceAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _model.IsInDoubt = false;
        }
        catch (StoreUnavailableException)
        {
            // The next round finds out.
        }
        Check();
    }

    private void Reconcile(WorldTarget target)
    {
        try
        {
            target.Reconcile([.. _store.Live], () => _rotator.StoreLossesAsync(target.Name).AsTask().GetAwaiter().GetResult());
        }
        catch (StoreUnavailableException)
        {
            target.Signal();
        }
    }

    private void Check()
    {
        foreach (var target in _targets)
            target.Settled(_store.Live);
        _model.Check(_disk, _store);
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_store), nameof(_rotator))]
    private void Start()
    {
        // Whoever asked gets no answer from a dead process, and the new one knows what is on disk.
        _model.IsInDoubt = false;
        foreach (var target in _targets)
            target.Restart(_disk.Ring.Keys.Where(key => key.HeldBy.Contains(target.Name)).Select(key => key.KeyId));
        _store = new WorldStore(_disk);
        _rotator = new KeyRotator(_store, [.. _targets.Select(target => new KeyTarget(target.Name, target.Settle, () => target.Held, target.Signal))], _options, _clock);
    }
}
