using System.Collections.Concurrent;

namespace Portcullis.Sessions;

/// <summary>Texts of user agents by their keys: sessions keep keys only. Safe for concurrent use.</summary>
public sealed class AgentTexts
{
    /// <summary>Most texts that are kept; of agents beyond them only the key is known.</summary>
    public const int MaxTexts = 100_000;

    private readonly ConcurrentDictionary<uint, string> _texts = new();

    /// <summary>Keeps the text of a user agent.</summary>
    public void Add(AgentText agent)
    {
        if (_texts.Count < MaxTexts)
            _texts.TryAdd(agent.Agent, agent.Text);
    }

    /// <summary>The text, or empty where it is not known.</summary>
    public string Find(uint agent) => _texts.GetValueOrDefault(agent, "");
}
