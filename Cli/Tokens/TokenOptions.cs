using System.CommandLine;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>The options that both token commands have.</summary>
internal static class TokenOptions
{
    public static Option<string> Keys() => new("--keys") { Description = "JSON file with the keys: {\"signing\":\"<kid>\",\"keys\":{\"<kid>\":{\"format\":\"v2\",\"sign\":\"…\",\"bind\":\"…\"}}}.", Required = true };

    public static Option<string> Viewer() => new("--viewer") { Description = "JSON file with the viewer: {ip, country, region, city, headers:{}, query:{}, sid}.", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "Prints one JSON object." };

    public static Option<string?> Format(string description)
    {
        var option = new Option<string?>("--format") { Description = description };
        option.AcceptOnlyFromAmong("v2", "v1");
        return option;
    }

    public static TokenFormat? ToFormat(string? text) => text switch
    {
        null => null,
        "v1" => TokenFormat.V1,
        _ => TokenFormat.V2,
    };
}
