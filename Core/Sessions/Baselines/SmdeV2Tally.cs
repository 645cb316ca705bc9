using Portcullis.Logs;

namespace Portcullis.Sessions.Baselines;

/// <summary>One session within one batch of <see cref="SmdeV2Prefilter"/>.</summary>
internal sealed class SmdeV2Tally
{
    private readonly HashSet<UInt128> _addresses = [];
    private readonly HashSet<ulong> _agents = [], _countries = [];

    public int Requests { get; private set; }

    /// <summary>Of these, requests answered 401 or 403.</summary>
    public int Refused { get; private set; }

    public int Addresses => _addresses.Count;

    public int Agents => _agents.Count;

    public int Countries => _countries.Count;

    public void Add(in LogLine line)
    {
        Requests++;
        Refused += line.Status is 401 or 403 ? 1 : 0;
        _addresses.Add(line.ClientAddress);
        _agents.Add(StableHash.Of(line.UserAgent));
        if (!line.Country.IsEmpty)
            _countries.Add(StableHash.Of(line.Country));
    }
}
