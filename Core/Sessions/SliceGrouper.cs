using System.Text;
using Portcullis.Assets;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Sessions;

/// <summary>Gathers accepted log lines of a batch into one slice per session. One per reader; not safe for concurrent use.</summary>
/// <param name="media">What was learned of titles; shared by all readers of an engine.</param>
public sealed class SliceGrouper(MediaReader media)
{
    private const int MaxAgents = 100_000, MaxAgentText = 256;

    private readonly HashSet<uint> _agents = [];

    /// <summary>What was gathered so far.</summary>
    public SessionBatch Batch { get; } = new();

    /// <summary>Adds an accepted line to its session's slice.</summary>
    /// <param name="line">The line.</param>
    /// <param name="sid">The session it counts for, a valid sid.</param>
    /// <param name="assets">To find the asset of a new slice.</param>
    public void Add(in LogLine line, ReadOnlySpan<byte> sid, AssetCatalogue assets)
    {
        var path = LoggedPath.Canonical(line.MediaPath);
        var agent = (uint)StableHash.Of(line.UserAgent);
        if (_agents.Add(agent))
            Meet(agent, line.UserAgent);
        var request = media.Read(line, path, SidHash.Of(sid));
        var country = line.Country.Length == 2 ? (ushort)((line.Country[0] << 8) | line.Country[1]) : (ushort)0;
        var cmcd = line.CmcdSessionId.IsEmpty ? 0 : (uint)StableHash.Of(line.CmcdSessionId) | 1;
        if (Batch.Add(sid, new SliceLine(line.Time, line.TimeTaken, line.ClientAddress, agent, line.Asn, country, (ushort)line.Status, request, (uint)StableHash.Of(line.RequestId), cmcd)) && assets.Assets.Count > 0)
            Batch.SetAsset(assets.FindByPath(path)?.Id);
    }

    private void Meet(uint agent, ReadOnlySpan<byte> userAgent)
    {
        if (_agents.Count > MaxAgents)
        {
            _agents.Clear();
            _agents.Add(agent);
        }
        var text = Uri.UnescapeDataString(Encoding.UTF8.GetString(userAgent[..Math.Min(userAgent.Length, 3 * MaxAgentText)]));
        Batch.Add(new AgentText(agent, text.Length <= MaxAgentText ? text : text[..MaxAgentText]));
    }
}
