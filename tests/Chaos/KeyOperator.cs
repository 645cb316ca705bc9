using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>An operator who asks for rotations, one after the other, and knows what may have become of keys by what he was told.</summary>
/// <param name="service">The service.</param>
/// <param name="completing">How long a rotation may take; null for 10 s.</param>
internal sealed class KeyOperator(ServiceProcess service, TimeSpan? completing = null)
{
    private const int MostKeys = 32, EmergencyEvery = 6;

    private readonly TimeSpan _completing = completing ?? TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<Rotation> _asked = [];
    private int _settled;
    private HashSet<string> _live = [];

    /// <summary>Rotations that were acknowledged, and emergencies among them.</summary>
    public (int All, int Emergencies) Acknowledged => (_asked.Count(asked => asked.KeyId is not null), _asked.Count(asked => asked.KeyId is not null && asked.IsEmergency));

    public async Task WorkAsync(Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(random.Next(20, 250), CancellationToken.None);
            var asked = new Rotation(_asked.Count % EmergencyEvery == EmergencyEvery - 1, Stopwatch.GetTimestamp());
            lock (_lock)
                _asked.Add(asked);
            try
            {
                var (status, answer) = await service.SendAsync(HttpMethod.Post, "/v1/keys/rotate", new { emergency = asked.IsEmergency, reason = "chaos" });
                Assert.True(status == 202 || (status == 409 && !asked.IsEmergency), $"rotate: {status} {answer}");
                lock (_lock)
                    asked.Take(status, answer);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>Whether the key of a token that was asked for then may be gone by now: only an emergency drops keys whose tokens live.</summary>
    public bool MayBeDropped(long askedAt)
    {
        lock (_lock)
            return _asked.Exists(asked => asked.IsEmergency && asked.AnsweredAt > askedAt);
    }

    /// <summary>Whether a token that was given out then must be void, once no rotation is under way.</summary>
    public bool MustBeDropped(long answeredAt) => _asked.Exists(asked => asked.IsEmergency && asked.WasStarted && asked.SentAt > answeredAt);

    /// <summary>Waits until the rotation under way is complete, if there is one; checks what became of the others, and returns the keys that are left.</summary>
    public async Task<IReadOnlySet<string>> SettleAsync()
    {
        var keys = await service.GetAsync("/v1/keys");
        for (var waited = Stopwatch.StartNew(); IsRotating(keys) && waited.Elapsed < _completing; keys = await service.GetAsync("/v1/keys"))
            await Task.Delay(50);
        Assert.False(IsRotating(keys), $"a rotation is not completed: {keys.GetProperty("rotation")}");
        var live = keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("keyId").GetString()!).ToHashSet(StringComparer.Ordinal);
        var sinceThen = _asked[_settled..];
        foreach (var asked in sinceThen)
        {
            // What has no answer by now has its effect, or never will have one.
            asked.AnsweredAt = Math.Min(asked.AnsweredAt, Stopwatch.GetTimestamp());
            Assert.True(
                asked.KeyId is null || live.Contains(asked.KeyId) || sinceThen.Exists(other => other != asked && other.IsEmergency && other.AnsweredAt > asked.SentAt),
                $"the rotation to {asked.KeyId} was acknowledged and never completed");
            Assert.True(asked.KeyId is not null || !asked.WasRefused || _live.Count + sinceThen.Count >= MostKeys, "a rotation was refused although there was room for a key");
        }
        var emergencies = sinceThen.Where(asked => asked.IsEmergency).ToList();
        Assert.True(emergencies.Count > 0 || _live.IsSubsetOf(live), "a key was dropped without an emergency");
        Assert.True(!emergencies.Exists(asked => asked.WasStarted) || !_live.Overlaps(live), "a key outlived an emergency");
        (_live, _settled) = (live, _asked.Count);
        return live;
    }

    private static bool IsRotating(JsonElement keys) => keys.TryGetProperty("rotation", out var rotation) && rotation.ValueKind == JsonValueKind.Object;

    private sealed class Rotation(bool isEmergency, long sentAt)
    {
        public bool IsEmergency => isEmergency;

        public long SentAt => sentAt;

        /// <summary>Far away until it is answered.</summary>
        public long AnsweredAt { get; set; } = long.MaxValue;

        /// <summary>The key that it was acknowledged to rotate to.</summary>
        public string? KeyId { get; private set; }

        /// <summary>Whether it was acknowledged as one of its own; otherwise it joined one under way.</summary>
        public bool WasStarted { get; private set; }

        /// <summary>Whether there were too many keys.</summary>
        public bool WasRefused { get; private set; }

        public void Take(int status, JsonElement answer)
        {
            AnsweredAt = Stopwatch.GetTimestamp();
            WasRefused = status == 409;
            if (WasRefused)
                return;
            var rotation = answer.GetProperty(IsRotating(answer) ? "rotation" : "lastRotation");
            KeyId = rotation.GetProperty("keyId").GetString();
            WasStarted = answer.GetProperty("outcome").GetString() == "started";
        }
    }
}
