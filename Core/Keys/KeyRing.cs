using System.Globalization;
using System.Security.Cryptography;

namespace Portcullis.Keys;

/// <summary>
/// The v2 keys of an installation with their states, and the rotation under way. Immutable and without secrets; a store keeps it together with them.
/// </summary>
/// <remarks>
/// <see cref="Step"/> says what comes next. A step is stored before it has any effect, and what it waits for is read from the targets, so
/// after a crash anywhere the ring goes on from what was stored.
/// </remarks>
public sealed partial record KeyRing
{
    /// <summary>Most keys for which an ordinary rotation begins; an emergency may make it one more.</summary>
    public const int MaxKeys = 32;

    /// <summary>
    /// For how long a key is given leave to sign, in seconds, and how much of that is left when it is extended. So long minting goes on
    /// while the store cannot be written, and so much longer than its tokens a key verifies.
    /// </summary>
    public const int Lease = 3_600, LeaseLeft = 1_800;

    /// <summary>Counts the changes, from 1.</summary>
    public long Version { get; init; }

    /// <summary>The keys, oldest first.</summary>
    public IReadOnlyList<RingKey> Keys { get; init; } = [];

    /// <summary>The rotation under way, or null.</summary>
    public KeyRotation? Rotation { get; init; }

    /// <summary>The last rotation that was completed, or null.</summary>
    public KeyRotation? LastRotation { get; init; }

    /// <summary>A new id for a key: the day, and 8 random characters.</summary>
    public static string DrawKeyId(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd}-{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 8)}");

    /// <summary>The ring of an installation whose keys had no states yet: the newest key signs, and signs at once where all targets show it.</summary>
    /// <param name="keyIds">The v2 keys, oldest first; at least one.</param>
    /// <param name="since">Epoch seconds since when the newest signs.</param>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="maxTokenLifetime">Longest life of a token, in seconds.</param>
    public static KeyRing Begin(IReadOnlyList<string> keyIds, long since, long now, int maxTokenLifetime) => new()
    {
        Version = 1,
        Keys =
        [
            .. keyIds.SkipLast(1).Select(keyId => new RingKey(keyId, KeyState.Verifying, now) { SignsUntil = now, Until = now + maxTokenLifetime }),
            new RingKey(keyIds[^1], KeyState.Signing, since) { SignsUntil = now + Lease },
        ],
    };

    /// <summary>The key with an id, or null.</summary>
    public RingKey? Find(string keyId) => Keys.FirstOrDefault(key => key.KeyId == keyId);

    /// <summary>The leave to sign that the ring gives while the targets hold what they are known to hold; null when nothing may be signed.</summary>
    /// <remarks>
    /// A target that lost the key is not worked around with an older key: what it lost it may have lost altogether, and its enforcer puts
    /// it back within seconds. A target that cannot be read counts by what it held when it was read last.
    /// </remarks>
    public MintPermit? Permit(IReadOnlyList<TargetKeys> targets) =>
        Signing is { } key && !IsInEmergency && key.IsHeldBy(targets) && !targets.Any(target => target.Lacks(key.KeyId))
            ? new MintPermit(key.KeyId, key.SignsUntil)
            : null;

    /// <summary>Why nothing may be signed, or null when something may.</summary>
    public string? WhyNothingSigns(IReadOnlyList<TargetKeys> targets)
    {
        if (Permit(targets) is not null)
            return null;
        if (IsInEmergency)
            return $"no key signs until the emergency rotation's key {Rotation!.KeyId} is confirmed";
        var lacking = targets.Where(target => Signing is not { } key || !key.HeldBy.Contains(target.Name) || target.Lacks(key.KeyId)).Select(target => target.Name);
        return $"key {Signing?.KeyId} does not sign until every target holds it; waiting for {string.Join(", ", lacking)}";
    }

    /// <summary>Whether a target has yet to show something that the ring waits for.</summary>
    public bool Awaits(string target) => Keys.Any(key => !key.IsLive || !key.HeldBy.Contains(target));

    /// <summary>
    /// Whether a target was seen to lack a key that it holds by the ring, and will take time to spread it again: unless the ring is stored
    /// without that before the key is put back, a process that starts then takes it for one that never went.
    /// </summary>
    public bool HasUnstoredLoss(TargetKeys target) =>
        target.Settle > TimeSpan.Zero && Keys.Any(key => key.IsLive && key.HeldBy.Contains(target.Name) && target.Lacks(key.KeyId));

    /// <summary>How the rotation under way is doing, or null when there is none.</summary>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="targets">What is known of the targets.</param>
    /// <param name="options">When it is stuck.</param>
    public RotationStatus? StatusOf(long now, IReadOnlyList<TargetKeys> targets, KeyRotationOptions options)
    {
        if (Rotation is not { } rotation || Find(rotation.KeyId) is not { } key)
            return null;
        var age = AgeOf(rotation.RequestedAt, now);
        var stage = key.State switch { KeyState.Pending => RotationStage.Pending, KeyState.Confirmed => RotationStage.Confirmed, _ => RotationStage.Dropping };
        var awaited = targets.Select(target => new AwaitedTarget(target.Name, stage == RotationStage.Dropping ? WhatIsLeftAt(target) : WhatLacksAt(target, key))).Where(target => target.Reason.Length > 0);
        return new RotationStatus(rotation, stage, age, age >= options.StuckAfter, [.. awaited]);
    }

    internal RingKey? Signing => Keys.FirstOrDefault(key => key.State == KeyState.Signing);

    /// <summary>Whether the keys that have signed so far may be known to a thief, and there is no other yet.</summary>
    internal bool IsInEmergency => Rotation is { IsEmergency: true, KeyId: var keyId } && Find(keyId) is { State: KeyState.Pending or KeyState.Confirmed };

    /// <summary>Clocks are set back, too: a time far ahead is as strange as one long gone, and must not keep anything waiting for it.</summary>
    private static TimeSpan AgeOf(long since, long now) => TimeSpan.FromSeconds(Math.Abs(now - since));

    private static string WhatLacksAt(TargetKeys target, RingKey key) => target switch
    {
        _ when key.HeldBy.Contains(target.Name) => "",
        { Held: null } => "could not be read yet",
        _ when !target.Held.Holds(key.KeyId) => "does not hold the new key yet",
        _ => $"holds the new key, and is given {target.Settle.TotalSeconds:0} s to spread it",
    };

    private string WhatIsLeftAt(TargetKeys target)
    {
        if (target.Held is null)
            return "could not be read yet";
        var left = Keys.Where(key => !key.IsLive && !target.IsRidOf(key.KeyId)).ToList();
        if (left.Count == 0)
            return "";
        return left.Any(key => target.Held.Holds(key.KeyId)) ? "still holds an old key" : $"dropped the old keys, and is given {target.Settle.TotalSeconds:0} s to spread that";
    }
}
