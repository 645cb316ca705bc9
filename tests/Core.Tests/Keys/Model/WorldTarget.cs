namespace Portcullis.Keys.Model;

/// <summary>A target with its enforcer: takes writes late, spreads them later still, fails, and is restored from old states.</summary>
/// <param name="name">Its name.</param>
/// <param name="spread">How long what it holds takes to be everywhere; at most the settle time.</param>
/// <param name="isInProcess">Whether it dies with the process.</param>
/// <param name="clock">The clock.</param>
internal sealed class WorldTarget(string name, int spread, bool isInProcess, WorldClock clock)
{
    private readonly List<HashSet<string>> _history = [[]];
    private readonly Queue<(TimeSpan Due, HashSet<string> Keys)> _taken = [], _spreading = [];
    private HashSet<string> _stored = [];
    private TimeSpan? _lastRead;

    public string Name => name;

    public TimeSpan Settle { get; } = TimeSpan.FromSeconds(isInProcess ? 0 : 60);

    public bool IsUp { get; set; } = true;

    /// <summary>Seconds until a write is taken.</summary>
    public int Delay { get; set; }

    /// <summary>What players are judged by.</summary>
    public HashSet<string> Served { get; private set; } = [];

    /// <summary>It lost something, and nobody who lives has looked since.</summary>
    public bool HasUnseenLoss { get; private set; }

    /// <summary>It lost something, and has not had all of it everywhere since.</summary>
    public bool IsDamaged { get; private set; } = true;

    public bool IsSignalled { get; private set; }

    /// <summary>What the process knows of it.</summary>
    public HeldKeys? Held { get; private set; } = isInProcess ? HeldKeys.None : null;

    public bool IsDue => IsSignalled || _lastRead is not { } last || clock.Elapsed - last >= TimeSpan.FromSeconds(15);

    public void Signal() => IsSignalled = true;

    /// <summary>Lets what is under way arrive.</summary>
    public void Settled(IEnumerable<string> wanted)
    {
        while (_taken.TryPeek(out var taken) && taken.Due <= clock.Elapsed)
            Store(_taken.Dequeue().Keys);
        while (_spreading.TryPeek(out var spreading) && spreading.Due <= clock.Elapsed)
            Served = _spreading.Dequeue().Keys;
        if (_taken.Count == 0 && _spreading.Count == 0 && Served.SetEquals(wanted))
            (IsDamaged, HasUnseenLoss) = (false, false);
    }

    /// <summary>What its enforcer does: read, compare, write.</summary>
    /// <param name="wanted">The keys that it must hold.</param>
    /// <param name="beforeWrite">When it throws, nothing is written.</param>
    public void Reconcile(IReadOnlyCollection<string> wanted, Action beforeWrite)
    {
        IsSignalled = false;
        Settled(wanted);
        if (!IsUp)
            return;
        _lastRead = clock.Elapsed;
        HasUnseenLoss = false;
        Held = HeldKeys.Read(Held, _stored, clock.Elapsed);
        if (_taken.Count == 0 && !_stored.SetEquals(wanted))
        {
            beforeWrite();
            _taken.Enqueue((clock.Elapsed + TimeSpan.FromSeconds(Delay), [.. wanted]));
        }
        Settled(wanted);
    }

    /// <summary>Restored from a state it had once; 0 for empty.</summary>
    public void Lose(int state)
    {
        _taken.Clear();
        _spreading.Clear();
        _stored = [.. _history[state % _history.Count]];
        Served = _stored;
        (HasUnseenLoss, IsDamaged) = (true, true);
    }

    /// <summary>The process died and another has begun.</summary>
    /// <param name="believed">The keys that it holds everywhere, as far as is written down.</param>
    public void Restart(IEnumerable<string> believed)
    {
        Held = isInProcess ? HeldKeys.None : null;
        IsSignalled = false;
        _lastRead = null;
        HasUnseenLoss = !believed.All(_stored.Contains);
        if (isInProcess)
        {
            Lose(0);
            HasUnseenLoss = false;
        }
    }

    private void Store(HashSet<string> keys)
    {
        _stored = keys;
        _history.Add(keys);
        _spreading.Enqueue((clock.Elapsed + TimeSpan.FromSeconds(isInProcess ? 0 : spread), keys));
    }
}
