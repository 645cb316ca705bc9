namespace Portcullis.Keys;

/// <content>How a ring changes.</content>
public sealed partial record KeyRing
{
    /// <summary>The next change, or null when there is nothing to do until time passes or a target shows something new.</summary>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="targets">What is known of every target that holds keys.</param>
    /// <param name="freshKeyId">An id for a new key, in case one is needed; never used before.</param>
    /// <param name="options">When keys rotate.</param>
    public KeyRingStep? Step(long now, IReadOnlyList<TargetKeys> targets, string freshKeyId, KeyRotationOptions options) =>
        Observe(targets) ?? Forget(targets) ?? Advance(now, targets, options) ?? Retire(now) ?? Extend(now) ?? RotateOnSchedule(now, freshKeyId, options);

    /// <summary>Begins a rotation, or joins the one under way. An emergency overtakes an ordinary one: its new key may be known, too.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="freshKeyId">An id for the new key; never used before.</param>
    public (KeyRotationOutcome Outcome, KeyRingStep? Step) Request(KeyRotationRequest request, long now, string freshKeyId)
    {
        if (Rotation is not null && (Rotation.IsEmergency || !request.IsEmergency))
            return (KeyRotationOutcome.Joined, null);
        if (!request.IsEmergency && Keys.Count >= MaxKeys)
            return (KeyRotationOutcome.Full, null);
        var overtaken = Keys.Where(key => key.KeyId == Rotation?.KeyId).Select(key => key.KeyId).ToList();
        var keys = Keys.Select(key => overtaken.Contains(key.KeyId) ? AsRetired(key, now) : key);
        var step = Become(this with
        {
            Keys = [.. keys, new RingKey(freshKeyId, KeyState.Pending, now)],
            Rotation = new KeyRotation(freshKeyId, request.IsEmergency, request.Reason, request.By, now),
        });
        return (KeyRotationOutcome.Started, step with { Draw = freshKeyId, Delete = overtaken });
    }

    /// <summary>Writes down who holds what. A key that a target lost must be read back and settle there again.</summary>
    private KeyRingStep? Observe(IReadOnlyList<TargetKeys> targets)
    {
        var changed = false;
        var keys = Keys.Select(key =>
        {
            if (!key.IsLive)
                return key;
            var heldBy = targets
                .Where(target => !target.Lacks(key.KeyId) && (key.HeldBy.Contains(target.Name) || target.Confirms(key.KeyId)))
                .Select(target => target.Name).Order(StringComparer.Ordinal).ToList();
            if (heldBy.SequenceEqual(key.HeldBy))
                return key;
            changed = true;
            return key with { HeldBy = heldBy };
        }).ToList();
        return changed ? Become(this with { Keys = keys }) : null;
    }

    /// <summary>A retired key is remembered until no target holds it.</summary>
    private KeyRingStep? Forget(IReadOnlyList<TargetKeys> targets)
    {
        var left = Keys.Where(key => key.IsLive || !targets.All(target => target.IsRidOf(key.KeyId))).ToList();
        return left.Count < Keys.Count ? Become(this with { Keys = left }) : null;
    }

    private KeyRingStep? Advance(long now, IReadOnlyList<TargetKeys> targets, KeyRotationOptions options)
    {
        if (Rotation is not { } rotation || Find(rotation.KeyId) is not { } key)
            return null;
        var isHeld = key.IsHeldBy(targets);
        return key.State switch
        {
            KeyState.Pending when isHeld => Become(With(key with { State = KeyState.Confirmed, Since = now })),
            KeyState.Confirmed when !isHeld => Become(With(key with { State = KeyState.Pending, Since = now })),
            KeyState.Confirmed when rotation.IsEmergency => Replace(key, now),
            KeyState.Confirmed => Become(With(AsSigning(key, now), other => other.State == KeyState.Signing ? AsVerifying(other, now, options) : other).Complete(now)),
            KeyState.Signing when Keys.All(other => other.IsLive) => Become(Complete(now)),
            _ => null,
        };
    }

    /// <summary>The end of an emergency: the new key signs, and no other is left.</summary>
    private KeyRingStep Replace(RingKey key, long now)
    {
        var dropped = Keys.Where(other => other.IsLive && other.KeyId != key.KeyId).Select(other => other.KeyId).ToList();
        return Become(With(AsSigning(key, now), other => AsRetired(other, now))) with { Delete = dropped };
    }

    private KeyRingStep? Retire(long now)
    {
        var ended = Keys.Where(key => key.State == KeyState.Verifying && now >= key.Until).Select(key => key.KeyId).ToList();
        return ended.Count == 0 ? null : Become(this with { Keys = [.. Keys.Select(key => ended.Contains(key.KeyId) ? AsRetired(key, now) : key)] }) with { Delete = ended };
    }

    private KeyRingStep? Extend(long now) =>
        Signing is { } key && now > key.SignsUntil - LeaseLeft ? Become(With(key with { SignsUntil = now + Lease })) : null;

    private KeyRingStep? RotateOnSchedule(long now, string freshKeyId, KeyRotationOptions options) =>
        Rotation is null && options.RotateEvery is { } every && Signing is { } key && AgeOf(key.Since, now) >= every
            ? Request(new KeyRotationRequest(false, "scheduled", "schedule"), now, freshKeyId).Step
            : null;

    private static RingKey AsSigning(RingKey key, long now) => key with { State = KeyState.Signing, Since = now, SignsUntil = now + Lease };

    private static RingKey AsVerifying(RingKey key, long now, KeyRotationOptions options) =>
        key with { State = KeyState.Verifying, Since = now, Until = Math.Max(now, key.SignsUntil) + options.MaxTokenLifetime };

    private static RingKey AsRetired(RingKey key, long now) => key.IsLive ? key with { State = KeyState.Retired, Since = now, Until = null, HeldBy = [] } : key;

    private KeyRing Complete(long now) => this with { Rotation = null, LastRotation = Rotation! with { CompletedAt = now } };

    private KeyRing With(RingKey changed, Func<RingKey, RingKey>? others = null) =>
        this with { Keys = [.. Keys.Select(key => key.KeyId == changed.KeyId ? changed : others?.Invoke(key) ?? key)] };

    private KeyRingStep Become(KeyRing ring) => new(ring with { Version = Version + 1 });
}
