using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>Reads a detection policy from a JSON file.</summary>
internal static class DetectionPolicyFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="FormatException">The file is missing or holds no detection policy; the message names the field.</exception>
    public static DetectionPolicy Read(string path)
    {
        try
        {
            var policy = JsonSerializer.Deserialize<DetectionPolicy>(File.ReadAllBytes(path), Strict) ?? throw new FormatException($"{path} holds null instead of a policy");
            if (policy is not { FlagAt: >= 1 and <= 100, RevokeAt: >= 1 and <= 100 } || policy.FlagAt > policy.RevokeAt)
                throw new FormatException($"{path}: flagAt ({policy.FlagAt}) and revokeAt ({policy.RevokeAt}) must be 1 to 100, flagAt not above revokeAt");
            return policy;
        }
        catch (JsonException mistake)
        {
            throw new FormatException($"{path}: {mistake.Path ?? "the file"} is not as a detection policy has it ({mistake.Message})");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"cannot read {path}: {unreadable.Message}");
        }
    }
}
