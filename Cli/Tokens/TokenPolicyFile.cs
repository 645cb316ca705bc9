using Portcullis.Assets;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>Reads a v2 token policy, as an asset of the API has it.</summary>
internal static class TokenPolicyFile
{
    /// <param name="path">The file.</param>
    /// <param name="url">What is to be played; its folder is admitted where the policy names no paths.</param>
    /// <exception cref="FormatException">The file is missing or a field is wrong; the message names it.</exception>
    public static TokenPolicy Read(string path, PlaybackUrl? url)
    {
        var policy = StrictJson.Read<TokenPolicy>("--policy", path);
        if (policy.Paths is { Count: 0 })
            policy = policy with { Paths = [url?.Folder() ?? throw new FormatException($"--policy {path}: paths is empty, and without --url there is no folder to admit instead")] };
        // The rules are those of an asset; that its own path is admitted is no matter of the policy.
        var asset = new Asset { Id = "policy", Path = policy.Paths is [{ } first, ..] ? first : "/", Policy = policy };
        var mistake = AssetRules.Check(asset).FirstOrDefault(error => error.Field.StartsWith("policy.", StringComparison.Ordinal));
        return mistake is null ? policy : throw new FormatException($"--policy {path}: {mistake.Field["policy.".Length..]}: {mistake.Error}");
    }
}
