namespace Portcullis.Sessions;

/// <summary>What observing needs besides the session: the policy, texts of user agents, and room to work in. One per thread at a time.</summary>
public sealed class DetectionContext
{
    private readonly Dictionary<uint, bool> _tools = [];
    private readonly AgentTexts _agents;

    /// <summary>Prepares a policy for use.</summary>
    /// <param name="policy">Thresholds, weights and lists.</param>
    /// <param name="agents">Texts of user agents.</param>
    public DetectionContext(DetectionPolicy policy, AgentTexts agents)
    {
        Policy = policy;
        Lists = new NetworkLists(policy);
        _agents = agents;
    }

    /// <summary>The policy.</summary>
    public DetectionPolicy Policy { get; }

    internal NetworkLists Lists { get; }

    internal Fetch[] Fetches { get; } = new Fetch[FetchLog.MaxFetches];

    internal PlayheadOverlap Overlap { get; } = new();

    internal bool IsTool(uint agent)
    {
        if (_tools.TryGetValue(agent, out var tool))
            return tool;
        var text = _agents.Find(agent);
        if (text.Length == 0)
            return false;
        if (_tools.Count >= AgentTexts.MaxTexts)
            _tools.Clear();
        return _tools[agent] = Lists.IsTool(text);
    }
}
