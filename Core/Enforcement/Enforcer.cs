using Portcullis.Keys;

namespace Portcullis.Enforcement;

/// <summary>Reconciles one target: desired state, plan, difference, write; until they agree, with back-off on failure.</summary>
/// <typeparam name="TPlan">What the target must hold.</typeparam>
public sealed class Enforcer<TPlan>
    where TPlan : class
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100), MostDelay = TimeSpan.FromSeconds(10), Recheck = TimeSpan.FromSeconds(15);

    private readonly IEnforcementTarget<TPlan> _target;
    private readonly Func<TPlan> _draw;
    private readonly IPlanMeasure<TPlan> _measure;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changed = new(1, 1);
    private long _changedAt;
    private volatile TargetStatus _status;

    /// <summary>Puts an enforcer together; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="target">The target; nobody else writes to it.</param>
    /// <param name="draw">Draws the plan from the desired state of now.</param>
    /// <param name="measure">Compares plans and counts what is in them.</param>
    /// <param name="time">The clock.</param>
    public Enforcer(IEnforcementTarget<TPlan> target, Func<TPlan> draw, IPlanMeasure<TPlan> measure, TimeProvider time)
    {
        _target = target;
        _draw = draw;
        _measure = measure;
        _time = time;
        _changedAt = time.GetTimestamp();
        _status = new TargetStatus(target.Name, 0, 0, 0, 0, 0, "not written yet", null);
    }

    /// <summary>How far the target is.</summary>
    public TargetStatus Status => _status;

    /// <summary>The keys that the target was seen to hold; null before it was read, and for a target that holds none by its nature.</summary>
    public HeldKeys? HeldKeys { get; private set => Volatile.Write(ref field, value); }

    /// <summary>Called when a read showed other keys than the one before.</summary>
    public Action? KeysChanged { get; set; }

    /// <summary>Says that the desired state has changed.</summary>
    public void Signal()
    {
        Interlocked.CompareExchange(ref _changedAt, _time.GetTimestamp(), 0);
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // A reconciliation that has not begun yet will see this change too.
        }
    }

    /// <summary>Reconciles at every signal, and every 15 s so that what ended or was changed behind its back is put right.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var delay = LeastDelay;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await WaitForChangeAsync(cancellation).ConfigureAwait(false);
                await ReconcileAsync(cancellation).ConfigureAwait(false);
                delay = LeastDelay;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _status = _status with { LastError = error.Message, LagMilliseconds = Lag(Interlocked.Read(ref _changedAt)) };
                await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, MostDelay.Ticks));
                Signal();
            }
        }
    }

    private async Task WaitForChangeAsync(CancellationToken cancellation)
    {
        using var recheck = new CancellationTokenSource(Recheck, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(recheck.Token, cancellation);
        await _changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        var changedAt = Interlocked.Exchange(ref _changedAt, 0);
        try
        {
            var plan = _draw();
            _status = _status with { Wanted = _measure.Version(plan) };
            var held = await _target.ReadAsync(cancellation).ConfigureAwait(false);
            Remember(held);
            var write = !_measure.AreEqual(plan, held);
            if (write)
                await _target.WriteAsync(plan, cancellation).ConfigureAwait(false);
            _status = new TargetStatus(
                _target.Name, _measure.Version(plan), _measure.Version(plan), _measure.Entries(plan), _measure.Keys(plan),
                changedAt == 0 ? _status.LagMilliseconds : Lag(changedAt), null, write ? _time.GetUtcNow() : _status.LastWrite);
        }
        catch
        {
            // The older change is the one that has been waiting.
            if (changedAt != 0)
                Interlocked.Exchange(ref _changedAt, changedAt);
            throw;
        }
    }

    private void Remember(TPlan held)
    {
        if (_measure.KeyIds(held) is not { } keyIds)
            return;
        var before = HeldKeys;
        HeldKeys = HeldKeys.Read(before, keyIds, _time.GetElapsedTime(0));
        if (before is null || before.KeyIds.Count != keyIds.Count || !keyIds.All(before.Holds))
            KeysChanged?.Invoke();
    }

    private double Lag(long changedAt) => changedAt == 0 ? 0 : Math.Round(_time.GetElapsedTime(changedAt).TotalMilliseconds, 1);
}

/// <summary>Compares plans of one kind and counts what is in them.</summary>
/// <typeparam name="TPlan">What a target must hold.</typeparam>
public interface IPlanMeasure<in TPlan>
{
    /// <summary>The ledger sequence a plan was drawn from.</summary>
    long Version(TPlan plan);

    /// <summary>How many revocations it holds.</summary>
    int Entries(TPlan plan);

    /// <summary>How many keys it holds.</summary>
    int Keys(TPlan plan);

    /// <summary>The ids of the keys it holds; null for a kind of target that holds none by its nature.</summary>
    IReadOnlyCollection<string>? KeyIds(TPlan plan) => null;

    /// <summary>Whether two plans ask the same of the target.</summary>
    bool AreEqual(TPlan left, TPlan right);
}

/// <summary>Measures plans of a local edge.</summary>
public sealed class LocalEdgePlanMeasure : IPlanMeasure<LocalEdgePlan>
{
    /// <inheritdoc/>
    public long Version(LocalEdgePlan plan) => plan.Version;

    /// <inheritdoc/>
    public int Entries(LocalEdgePlan plan) => plan.Sids.Count + plan.AccountTags.Count;

    /// <inheritdoc/>
    public int Keys(LocalEdgePlan plan) => plan.Keys.Keys.Count;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> KeyIds(LocalEdgePlan plan) => [.. plan.Keys.Keys.Select(key => key.KeyId)];

    /// <inheritdoc/>
    public bool AreEqual(LocalEdgePlan left, LocalEdgePlan right) => left.AsksTheSameAs(right);
}
