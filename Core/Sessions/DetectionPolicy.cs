using System.Security.Cryptography;
using System.Text.Json;
using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>Thresholds, weights and lists of detection. <c>docs/detection.md</c> says how they work together.</summary>
public sealed record DetectionPolicy
{
    /// <value>Score from which a session is flagged, 1 to 100. Default 50.</value>
    public int FlagAt { get; init; } = 50;

    /// <value>Score from which a session is revoked, 1 to 100, provided that a decisive finding is among the evidence. Default 80.</value>
    public int RevokeAt { get; init; } = 80;

    /// <value>Per cent of requests that are logged, 1 to 100. Below 100 findings weigh less, and detectors that need every line only flag. Default 100.</value>
    public int Sampling { get; init; } = 100;

    /// <value>Options of the detector <c>doubled-positions</c>.</value>
    public DoubledPositionsOptions DoubledPositions { get; init; } = new();

    /// <value>Options of the detector <c>diverging-playheads</c>.</value>
    public DivergingPlayheadsOptions DivergingPlayheads { get; init; } = new();

    /// <value>Options of the detector <c>independent-players</c>.</value>
    public IndependentPlayersOptions IndependentPlayers { get; init; } = new();

    /// <value>Options of the detector <c>concurrent-viewers</c>.</value>
    public ConcurrentViewersOptions ConcurrentViewers { get; init; } = new();

    /// <value>Options of the detector <c>network-spread</c>.</value>
    public NetworkSpreadOptions NetworkSpread { get; init; } = new();

    /// <value>Options of the detector <c>client-diversity</c>.</value>
    public ClientDiversityOptions ClientDiversity { get; init; } = new();

    /// <value>Options of the detector <c>player-conflict</c>.</value>
    public PlayerConflictOptions PlayerConflict { get; init; } = new();

    /// <value>Options of the detector <c>pace</c>.</value>
    public PaceOptions Pace { get; init; } = new();

    /// <value>Options of the detector <c>restream</c>.</value>
    public RestreamOptions Restream { get; init; } = new();

    /// <value>Autonomous systems where servers are rented. Default: large hosting companies.</value>
    public IReadOnlyList<uint> HostingNetworks { get; init; } =
    [
        14061, 14618, 15169, 16276, 16509, 19871, 20473, 20860, 21859, 22612, 24940, 25820, 26347, 26496, 28753, 29802, 30633, 31898, 32244, 35540, 36352, 37963, 39572, 40676, 42831, 43350,
        45090, 45102, 46606, 46664, 47583, 49981, 50673, 51167, 51396, 53667, 54825, 55286, 58061, 59253, 60068, 60404, 60781, 61317, 62240, 62567, 63023, 63949, 64022, 8075, 8100, 8560, 9009, 9370,
        12876, 132203, 133752, 136907, 141995, 197540, 199524, 200019, 200651, 202053, 204957, 206092, 207990, 210558, 212238, 213230, 216071, 394380, 396982, 398101, 400328,
    ];

    /// <value>Those of the hosting networks that VPNs for people leave from. Default: the best known.</value>
    public IReadOnlyList<uint> VpnNetworks { get; init; } = [9009, 11878, 31173, 39351, 46562, 60068, 62240, 136787, 141039, 199218, 203020, 206092, 207137, 210277, 212238];

    /// <value>Autonomous systems where people's traffic leaves through a relay, such as iCloud Private Relay's partners. Default: those known.</value>
    public IReadOnlyList<uint> RelayNetworks { get; init; } = [13335, 20940, 36183, 54113];

    /// <value>Parts of user agents that are tools', compared without regard to case.</value>
    public IReadOnlyList<string> ToolAgents { get; init; } =
    [
        "ffmpeg", "lavf", "libav", "vlc", "libvlc", "streamlink", "yt-dlp", "youtube-dl", "curl", "wget", "python", "aiohttp", "okhttp-cli", "go-http-client", "kodi", "mpv", "gstreamer", "n_m3u8dl",
        "aria2", "java/", "node-fetch", "axios", "libcurl", "httpx", "restreamer", "obs", "nginx", "mediamtx", "shaka-packager", "hlsdl",
    ];

    /// <summary>Names what the policy says: 12 hexadecimal digits of SHA-256 over its JSON. Policies that say the same have the same.</summary>
    public string ComputeVersion() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this)).AsSpan(0, 6));

    /// <summary>The action that evidence asks for: nothing is revoked without a decisive finding.</summary>
    /// <param name="score">0 to 100.</param>
    /// <param name="decisive">Whether a finding that may revoke is among the evidence.</param>
    public VerdictAction ActionOf(int score, bool decisive) =>
        score >= RevokeAt && decisive ? VerdictAction.Revoke : score >= FlagAt ? VerdictAction.Flag : VerdictAction.Observe;

    /// <summary>A finding as the policy has it count: disarmed or weakened by sampling.</summary>
    internal Finding Weigh(Finding finding, DetectorOptions options, bool needsEveryLine)
    {
        var weighed = Sampling < 100 ? finding with { Weight = finding.Weight * 95 / 100 } : finding;
        return options.Armed && !(needsEveryLine && Sampling < 100) ? weighed : weighed with { IsDecisive = false, Weight = Math.Min(weighed.Weight, RevokeAt - 1) };
    }
}
