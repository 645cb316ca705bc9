using Portcullis.Tokens.V1;

namespace Portcullis.Cli.Tokens;

/// <summary>Reads a v1 token policy: SMDE's <c>token_policy</c> object.</summary>
internal static class SmdePolicyFile
{
    /// <exception cref="FormatException">The file is missing or a field is wrong; the message names it.</exception>
    public static SmdePolicy Read(string path)
    {
        var reading = SmdePolicyJson.Read(StrictJson.ReadText("--policy", path));
        if (reading.Policy is { } policy)
            return policy;
        var mistake = reading.Errors[0];
        throw new FormatException($"--policy {path}: {(mistake.Field.Length == 0 ? "the file" : mistake.Field)} {mistake.Error}");
    }
}
