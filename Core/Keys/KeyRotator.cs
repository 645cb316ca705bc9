using Portcullis.Engine;

namespace Portcullis.Keys;

/// <summary>Drives a key ring: reads what the targets hold, stores each step before it has effect, and says which key may sign.</summary>
public sealed class KeyRotator : IKeyRotation, IHealthReporting
{
    /// <summary>More steps than any situation needs at once; what is left comes with the next round.</summary>
    private const int MostSteps = 64;

    /// <summary>For how long the store may fail before a target is put right without it: players whose key is missing are refused meanwhile.</summary>
    internal static readonly TimeSpan LossPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IKeyRingStore _store;
    private readonly IReadOnlyList<KeyTarget> _targets;
    private readonly KeyRotationOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Wake _wake = new(signalled: false);
    private readonly TaskCompletionSource _signs = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile KeyRing _ring;
    private volatile StoreHealth _health;
    private bool _isKnown = true, _isSuspended;
    /// <summary>Keys that a target shows and nobody knows, also after the ring was read anew: v1 keys, and what does not belong there.</summary>
    private readonly HashSet<string> _strangers = new(StringComparer.Ordinal);

    private long? _failingSince;
    private long _readAt;

    /// <summary>Puts a rotator together; until <see cref="RunAsync"/> it only answers.</summary>
    /// <param name="store">Where the ring lies.</param>
    /// <param name="targets">Every target that holds keys.</param>
    /// <param name="options">When keys rotate.</param>
    /// <param name="time">The clock.</param>
    public KeyRotator(IKeyRingStore store, IReadOnlyList<KeyTarget> targets, KeyRotationOptions options, TimeProvider time)
    {
        _store = store;
        _targets = targets;
        _options = options;
        _time = time;
        _ring = store.Ring;
        _health = new StoreHealth("key-ring", null, time.GetUtcNow());
        _readAt = time.GetTimestamp();
        Permit(Observed());
    }

    /// <summary>Called after a step was stored, with the ring before and after it.</summary>
    public Action<KeyRing, KeyRing>? Moved { get; set; }

    /// <summary>Completes when a key may sign for the first time.</summary>
    public Task Signs => _signs.Task;

    /// <inheritdoc/>
    public KeyRing Ring => _ring;

    /// <inheritdoc/>
    public RotationStatus? Status => _ring.StatusOf(Now, Observed(), _options);

    /// <inheritdoc/>
    public StoreHealth Health => _health;

    private bool IsPatienceOver => _failingSince is { } since && _time.GetElapsedTime(since) >= LossPatience;

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Says that a target has shown something new.</summary>
    public void Signal() => _wake.Signal();

    /// <summary>Goes on at every signal, and every second.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await AdvanceAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it was, the ring is where it was stored, and the next round starts from there.
                Report(error.Message);
            }
            await _wake.WaitAsync(Every, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>To be awaited before a target is written to: stores which keys it was seen to have lost, if there are any.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">It could not be stored, and the store has not failed for <see cref="LossPatience"/> yet.</exception>
    public async ValueTask StoreLossesAsync(string target, CancellationToken cancellation = default)
    {
        if (!Observed().Any(seen => seen.Name == target && _ring.HasUnstoredLoss(seen)))
            return;
        try
        {
            await AdvanceAsync(cancellation).AsTask().WaitAsync(LossPatience, _time, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && (error is TimeoutException || IsPatienceOver))
        {
            // Nothing is signed with what was lost all the same, unless this process dies before the store is back.
        }
    }

    /// <summary>
    /// To be awaited before a target is written to: when it shows a key that is not known here, the ring is read anew, since another process
    /// may have put it there. Once for each key.
    /// </summary>
    /// <param name="target">The target's name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it was read: what the target must hold is then another, perhaps.</returns>
    /// <exception cref="StoreUnavailableException">It could not be read, and the store has not failed for <see cref="LossPatience"/> yet.</exception>
    public async ValueTask<bool> FollowAsync(string target, CancellationToken cancellation = default)
    {
        if (_options.FollowEvery is null || _targets.FirstOrDefault(known => known.Name == target)?.Held()?.KeyIds is not { } shown)
            return false;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var unknown = shown.Where(keyId => _ring.Find(keyId) is null).ToList();
            if (unknown.TrueForAll(_strangers.Contains))
                return false;
            await ReadAsync(cancellation).ConfigureAwait(false);
            _strangers.IntersectWith(shown);
            _strangers.UnionWith(unknown);
            return true;
        }
        catch (StoreUnavailableException) when (IsPatienceOver)
        {
            // Revocations do not wait for longer; if the key is another process's, that one puts it back.
            return false;
        }
        finally
        {
            _turn.Release();
            Signal();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<KeyRotationOutcome> RotateAsync(KeyRotationRequest request, CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await EnsureKnownAsync(cancellation).ConfigureAwait(false);
            var (outcome, step) = _ring.Request(request, Now, KeyRing.DrawKeyId(_time.GetUtcNow()));
            if (step is null)
                return outcome;
            if (request.IsEmergency)
            {
                // A thief does not wait for the disk.
                _isSuspended = true;
                Permit(Observed());
            }
            await CommitAsync(step, cancellation).ConfigureAwait(false);
            _isSuspended = false;
            Permit(Observed());
            return outcome;
        }
        finally
        {
            _turn.Release();
            Signal();
        }
    }

    /// <summary>One round: every step that is due, and a signal to each target that has something to show yet.</summary>
    /// <exception cref="StoreUnavailableException">A step could not be stored, as far as is known.</exception>
    internal async ValueTask AdvanceAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _isKnown &= _options.FollowEvery is not { } every || _time.GetElapsedTime(_readAt) < every;
            await EnsureKnownAsync(cancellation).ConfigureAwait(false);
            for (var steps = 0; steps < MostSteps; steps++)
            {
                var observed = Observed();
                // What a target lost stops the signing whether or not it can be written down.
                Permit(observed);
                if (_ring.Step(Now, observed, KeyRing.DrawKeyId(_time.GetUtcNow()), _options) is not { } step)
                    break;
                await CommitAsync(step, cancellation).ConfigureAwait(false);
            }
            _failingSince = null;
            Report(WhatIsWrong());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _failingSince ??= _time.GetTimestamp();
            throw;
        }
        finally
        {
            Permit(Observed());
            foreach (var target in _targets.Where(target => _ring.Awaits(target.Name)))
                target.Signal();
            _turn.Release();
        }
    }

    private ValueTask EnsureKnownAsync(CancellationToken cancellation) => _isKnown ? ValueTask.CompletedTask : ReadAsync(cancellation);

    private async ValueTask ReadAsync(CancellationToken cancellation)
    {
        Follow(await _store.ReadAsync(cancellation).ConfigureAwait(false));
        _readAt = _time.GetTimestamp();
        _isSuspended = false;
    }

    private async ValueTask CommitAsync(KeyRingStep step, CancellationToken cancellation)
    {
        _isKnown = false;
        Follow(await _store.CommitAsync(step, cancellation).ConfigureAwait(false));
    }

    private void Follow(KeyRing stored)
    {
        var before = _ring;
        _ring = stored;
        _isKnown = true;
        if (stored.Version != before.Version)
            Moved?.Invoke(before, stored);
    }

    private void Permit(IReadOnlyList<TargetKeys> observed)
    {
        var permit = _isSuspended ? null : _ring.Permit(observed);
        _store.Permit(permit);
        if (permit is not null)
            _signs.TrySetResult();
    }

    private List<TargetKeys> Observed() => [.. _targets.Select(target => new TargetKeys(target.Name, target.Settle, target.Held()))];

    private string? WhatIsWrong()
    {
        var observed = Observed();
        if (_ring.WhyNothingSigns(observed) is { } reason)
            return reason;
        return _ring.StatusOf(Now, observed, _options) is { IsStuck: true } stuck
            ? $"the rotation to key {stuck.Rotation.KeyId} is stuck: {string.Join("; ", stuck.WaitingFor.Select(target => $"{target.Target} {target.Reason}"))}"
            : null;
    }

    private void Report(string? error) => _health = _health.Becoming(error, _time);
}
