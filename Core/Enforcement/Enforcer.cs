using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Metrics;

namespace Portcullis.Enforcement;

/// <summary>
/// Reconciles one target: desired state, plan, difference, write; until they agree, no faster than the target admits, with back-off on
/// failure. What a lost answer left open is settled by the next reading.
/// </summary>
/// <typeparam name="TPlan">What the target must hold.</typeparam>
public sealed class Enforcer<TPlan> : IEnforcer
    where TPlan : class
{
    /// <summary>How often a write that met a conflict is tried again at once.</summary>
    internal const int ConflictRetries = 3;

    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100), MostDelay = TimeSpan.FromSeconds(10), Recheck = TimeSpan.FromSeconds(15);

    private readonly IEnforcementTarget<TPlan> _target;
    private readonly Func<TPlan> _draw;
    private readonly IPlanMeasure<TPlan> _measure;
    private readonly TimeProvider _time;
    private readonly Wake _changed = new(signalled: true);
    private long _changedAt;
    private long _reconciling;
    private long? _lastAttempt;
    private (TPlan Plan, DateTimeOffset At)? _unknown;
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
        _status = new TargetStatus(target.Name, 0, 0, 0, 0, 0, "not written yet", null, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public TargetStatus Status
    {
        get
        {
            var status = _status;
            var reconciling = Interlocked.Read(ref _reconciling);
            var waiting = reconciling != 0 ? reconciling : Interlocked.Read(ref _changedAt);
            return waiting == 0 ? status : status with { LagMilliseconds = Lag(waiting) };
        }
    }

    /// <inheritdoc/>
    public HeldKeys? HeldKeys { get; private set => Volatile.Write(ref field, value); }

    /// <inheritdoc/>
    public Action? KeysChanged { get; set; }

    /// <inheritdoc/>
    public Func<CancellationToken, ValueTask<bool>>? BeforeWrite { get; set; }

    /// <inheritdoc/>
    public void Signal()
    {
        Interlocked.CompareExchange(ref _changedAt, _time.GetTimestamp(), 0);
        _changed.Signal();
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var delay = LeastDelay;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await WaitForChangeAsync(cancellation).ConfigureAwait(false);
                await WaitForTurnAsync(cancellation).ConfigureAwait(false);
                await ReconcileAsync(cancellation).ConfigureAwait(false);
                delay = LeastDelay;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Instruments.EnforcementFailures.Add(1, Instruments.Tag("target", _target.Name));
                _status = _status with { LastError = error.Message, FailingSince = _status.FailingSince ?? _time.GetUtcNow(), LagMilliseconds = Lag(Interlocked.Read(ref _changedAt)) };
                await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, MostDelay.Ticks));
                Signal();
            }
        }
    }

    private async Task WaitForChangeAsync(CancellationToken cancellation)
    {
        await _changed.WaitAsync(Recheck, _time, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Waits before the plan is drawn, so that all that changes meanwhile is in one write.</summary>
    private async Task WaitForTurnAsync(CancellationToken cancellation)
    {
        if (_lastAttempt is { } last && _target.LeastInterval - _time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest, _time, cancellation).ConfigureAwait(false);
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        var changedAt = Interlocked.Exchange(ref _changedAt, 0);
        Interlocked.Exchange(ref _reconciling, changedAt);
        try
        {
            for (var retries = ConflictRetries; !await TryReconcileAsync(changedAt, retries > 0, cancellation).ConfigureAwait(false); retries--)
            {
                // Somebody was faster; what he left is read, and what holds now is drawn anew.
            }
        }
        catch
        {
            // The older change is the one that has been waiting.
            if (changedAt != 0)
                Interlocked.Exchange(ref _changedAt, changedAt);
            throw;
        }
        finally
        {
            Interlocked.Exchange(ref _reconciling, 0);
        }
    }

    /// <summary>Returns false when it is to be tried again at once: there was a conflict, or another plan may hold.</summary>
    private async Task<bool> TryReconcileAsync(long changedAt, bool retry, CancellationToken cancellation)
    {
        var plan = _draw();
        _status = _status with { Wanted = _measure.Version(plan), LeftOut = _measure.LeftOut(plan) };
        var held = await _target.ReadAsync(cancellation).ConfigureAwait(false);
        Remember(held);
        // A write whose answer was lost did happen when its plan is there now.
        var written = _unknown is { } lost && _measure.AreEqual(lost.Plan, held) ? lost.At : _status.LastWrite;
        if (!_measure.AreEqual(plan, held))
        {
            if (BeforeWrite is { } before && await before(cancellation).ConfigureAwait(false) && retry)
                return false;
            bool whole;
            try
            {
                whole = await WriteAsync(plan, cancellation).ConfigureAwait(false);
            }
            catch (TargetConflictException) when (retry)
            {
                return false;
            }
            written = _time.GetUtcNow();
            if (!whole)
            {
                GoOn(changedAt, held, written);
                return true;
            }
            if (changedAt != 0)
                Instruments.Enforcement.Record(_time.GetElapsedTime(changedAt).TotalSeconds, Instruments.Tag("target", _target.Name));
        }
        _unknown = null;
        _status = new TargetStatus(
            _target.Name, _measure.Version(plan), _measure.Version(plan), _measure.Entries(plan), _measure.Keys(plan),
            changedAt == 0 ? _status.LagMilliseconds : Lag(changedAt), null, written, null, _measure.LeftOut(plan));
        return true;
    }

    /// <summary>Has the rest of a plan written in the next turn, or what is wanted by then. The change goes on waiting.</summary>
    private void GoOn(long changedAt, TPlan held, DateTimeOffset? written)
    {
        _unknown = null;
        _status = _status with { Entries = _measure.Entries(held), Keys = _measure.Keys(held), LastError = null, FailingSince = null, LastWrite = written };
        if (changedAt != 0)
            Interlocked.Exchange(ref _changedAt, changedAt);
        _changed.Signal();
    }

    private async Task<bool> WriteAsync(TPlan plan, CancellationToken cancellation)
    {
        try
        {
            return await _target.WritePartAsync(plan, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not TargetConflictException)
        {
            _unknown = (plan, _time.GetUtcNow());
            throw;
        }
        finally
        {
            _lastAttempt = _time.GetTimestamp();
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
