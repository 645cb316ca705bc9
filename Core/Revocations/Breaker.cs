using System.Runtime.InteropServices;

namespace Portcullis.Revocations;

/// <summary>
/// Says which automatic revocations a person must look at: those beyond a limit per minute and asset, and those that have an app version
/// or a network in common that the audience has not. Knows the last minute, whatever became of what was asked for in it.
/// </summary>
/// <remarks>
/// Since held ones count as well, it stays tripped until the rate has fallen, and never lets more than the limit pass in any 60 s. Not
/// thread-safe: whoever knows the order of decisions owns it.
/// </remarks>
/// <param name="options">The limits.</param>
public sealed class Breaker(BreakerOptions options)
{
    /// <summary>What counts as the last minute, in milliseconds.</summary>
    public const long Window = 60_000;

    /// <summary>How many times more common than among live sessions something must be to be suspicious.</summary>
    private const int TimesMoreCommon = 2;

    private readonly Dictionary<string, AssetMinute> _assets = new(StringComparer.Ordinal);

    /// <summary>Why an automatic revocation is to be held, or null when it may pass. Changes nothing: see <see cref="Count"/>.</summary>
    /// <param name="decision">The revocation.</param>
    /// <param name="audience">The live sessions of its asset.</param>
    /// <param name="now">Milliseconds on a clock that never goes back.</param>
    public HoldCause? Judge(Decision decision, LiveAudience audience, long now)
    {
        var minute = MinuteOf(decision);
        minute.Forget(now - Window);
        if (minute.Asked >= options.LimitFor(audience.Sessions))
            return HoldCause.Rate;
        if (decision.UserAgent is { } agent && IsConcentrated(minute.SharingAgent(agent) + 1, minute.Asked + 1, audience.AgentShare))
            return HoldCause.UserAgent;
        if (decision.Asn is { } asn && IsConcentrated(minute.SharingNetwork(asn) + 1, minute.Asked + 1, audience.NetworkShare))
            return HoldCause.Network;
        return null;
    }

    /// <summary>Takes note of an automatic revocation that passed or is held.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="now">When it was judged, in milliseconds; not before the last one.</param>
    public void Count(Decision decision, long now)
    {
        MinuteOf(decision).Add(decision, now);
        if (_assets.Count <= 256)
            return;
        foreach (var (asset, minute) in _assets)
        {
            minute.Forget(now - Window);
            if (minute.Asked == 0)
                _assets.Remove(asset);
        }
    }

    /// <summary>Takes back what was counted of a decision: it did not reach the log. Nothing happens when it was not counted.</summary>
    /// <param name="decision">The decision.</param>
    public void Retract(Decision decision) => MinuteOf(decision).Remove(decision.Id);

    private bool IsConcentrated(int sharing, int asked, double liveShare) =>
        sharing >= options.ConcentratedFrom && sharing * 100.0 > asked * options.ConcentratedPercent && (double)sharing / asked >= TimesMoreCommon * liveShare;

    private AssetMinute MinuteOf(Decision decision) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_assets, decision.AssetId ?? "", out _) ??= new AssetMinute();

    /// <summary>What was asked for on one asset within the last minute.</summary>
    private sealed class AssetMinute
    {
        private Queue<(string Id, long At, string? Agent, uint? Asn)> _asked = new();
        private readonly Dictionary<string, int> _agents = new(StringComparer.Ordinal);
        private readonly Dictionary<uint, int> _networks = [];

        public int Asked => _asked.Count;

        public int SharingAgent(string agent) => _agents.GetValueOrDefault(agent);

        public int SharingNetwork(uint asn) => _networks.GetValueOrDefault(asn);

        public void Add(Decision decision, long now)
        {
            _asked.Enqueue((decision.Id, now, decision.UserAgent, decision.Asn));
            if (decision.UserAgent is { } agent)
                CollectionsMarshal.GetValueRefOrAddDefault(_agents, agent, out _)++;
            if (decision.Asn is { } asn)
                CollectionsMarshal.GetValueRefOrAddDefault(_networks, asn, out _)++;
        }

        public void Forget(long until)
        {
            while (_asked.TryPeek(out var oldest) && oldest.At <= until)
            {
                _asked.Dequeue();
                Uncount(oldest.Agent, oldest.Asn);
            }
        }

        public void Remove(string id)
        {
            if (_asked.FirstOrDefault(asked => asked.Id == id) is not { Id: not null } gone)
                return;
            _asked = new(_asked.Where(asked => asked.Id != id));
            Uncount(gone.Agent, gone.Asn);
        }

        private void Uncount(string? agent, uint? asn)
        {
            if (agent is not null && --CollectionsMarshal.GetValueRefOrAddDefault(_agents, agent, out _) == 0)
                _agents.Remove(agent);
            if (asn is { } network && --CollectionsMarshal.GetValueRefOrAddDefault(_networks, network, out _) == 0)
                _networks.Remove(network);
        }
    }
}
