using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>A token that a back-end was given, with when it had asked and when it was answered (<see cref="Stopwatch.GetTimestamp"/>).</summary>
internal sealed record MintedToken(string PlaybackUrl, long AskedAt, long AnsweredAt)
{
    /// <summary>The key it is signed with.</summary>
    public string KeyId { get; } = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(new Uri(PlaybackUrl).AbsolutePath.Split('/')[1].Split('.')[1])).GetProperty("kid").GetString()!;

    public static MintedToken Of(JsonElement answer, long askedAt) => new(answer.GetProperty("playbackUrl").GetString()!, askedAt, Stopwatch.GetTimestamp());
}
