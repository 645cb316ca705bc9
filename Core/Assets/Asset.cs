using System.Text.Json.Serialization;
using Portcullis.Sessions;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>A title that is protected: where it is played from, and what its tokens may do.</summary>
public sealed record Asset
{
    /// <value>1 to 64 characters of <c>A-Za-z0-9._-</c>.</value>
    public required string Id { get; init; }

    /// <value>Scheme and host that players use, such as <c>https://media.example.com</c>; null: the edge of this installation.</value>
    public string? Host { get; init; }

    /// <value>Path of the manifest, such as <c>/live/one/master.m3u8</c>.</value>
    public required string Path { get; init; }

    /// <value>Format of the asset's new tokens. Default v2.</value>
    public TokenFormat Format { get; init; } = TokenFormat.V2;

    /// <value>Token policy of the asset; of an asset of format v1, only its carriage and its viewers count.</value>
    public TokenPolicy Policy { get; init; } = new();

    /// <value>
    /// SMDE's token policy, for format v1. An asset that has moved on to v2 may keep it: for the way back, and because v1 tokens may
    /// still be out that live as long as it says.
    /// </value>
    public SmdePolicy? V1Policy { get; init; }

    /// <value>Whether automatic verdicts on this asset's sessions are enforced (armed) or only recorded (shadow).</value>
    public Arming Arming { get; init; } = Arming.Armed;

    /// <value>When verdicts of an armed asset are enforced: in these times only, outside of them they are recorded. Empty: always. At most 100.</value>
    public IReadOnlyList<ArmedWindow> ArmedWindows { get; init; } = [];

    /// <value>The detection policy of the asset's sessions, in place of the installation's; null: the installation's.</value>
    public DetectionPolicy? Detection { get; init; }

    /// <summary>Whether automatic verdicts are enforced on what was seen at a time.</summary>
    /// <param name="time">Time of a log line, epoch milliseconds.</param>
    public bool IsArmedAt(long time) => Arming == Arming.Armed && (ArmedWindows.Count == 0 || ArmedWindows.Any(window => window.Holds(time)));

    /// <summary>The token policy with its paths filled in: by default the folder that holds the manifest.</summary>
    public TokenPolicy EffectivePolicy => Policy.Paths.Count > 0 ? Policy : Policy with { Paths = [Folder] };

    /// <summary>Scheme and host that players use, as they stand in a request: lower case, no default port, no closing slash.</summary>
    /// <param name="edge">The edge of this installation, for assets without a host.</param>
    public string OriginAt(Uri edge) => (Host is null ? edge : new Uri(Host)).GetLeftPart(UriPartial.Authority);

    /// <summary>The path as it stands in playback URLs, percent-encoded.</summary>
    /// <remarks>Paths of v1 tokens are compared as they stand, so nothing may be encoded there that need not be.</remarks>
    [JsonIgnore]
    public string UrlPath => Format == TokenFormat.V1 ? SmdePath.Escape(Path) : SignedSession.Escape(Path);

    /// <summary>The folder of <see cref="Path"/>, with its closing slash.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];
}

/// <summary>Whether automatic verdicts are enforced.</summary>
public enum Arming
{
    /// <summary>Verdicts close the gate.</summary>
    Armed = 0,

    /// <summary>Verdicts are recorded and shown, nothing is blocked automatically.</summary>
    Shadow = 1,
}
