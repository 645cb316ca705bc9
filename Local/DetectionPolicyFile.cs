using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Sessions;

namespace Portcullis.Local;

/// <summary>Reads a detection policy from a JSON file: the properties of <see cref="DetectionPolicy"/> in camel case, what is left out has its default.</summary>
public static class DetectionPolicyFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">The file is missing or holds no detection policy; the message names file and field.</exception>
    public static DetectionPolicy Read(string path)
    {
        try
        {
            var policy = JsonSerializer.Deserialize<DetectionPolicy>(File.ReadAllBytes(path), Strict) ?? throw new FormatException($"{path} holds null instead of a policy");
            return DetectionRules.Check(policy) is { Count: > 0 } errors ? throw new FormatException($"{path}: {string.Join("; ", errors.Select(error => $"{error.Field}: {error.Error}"))}") : policy;
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
