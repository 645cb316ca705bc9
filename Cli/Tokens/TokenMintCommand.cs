using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary><c>token mint</c>: mints a token from files, without a service.</summary>
internal static class TokenMintCommand
{
    public static Command Create()
    {
        var keys = TokenOptions.Keys();
        var viewer = TokenOptions.Viewer();
        var policy = new Option<string>("--policy") { Description = "JSON file with the token policy: v2 as in an asset of the API, v1 SMDE's token_policy object.", Required = true };
        var url = new Option<string?>("--url") { Description = "URL to play. With it the playback URL is printed, else the token segment; its folder is what the token admits where a v2 policy names no paths." };
        var sid = new Option<string?>("--sid") { Description = "Session id; else the viewer's, else one is drawn. A v1 policy without ssn has none." };
        var issuedAt = new Option<long?>("--iat") { Description = "When the token is issued, epoch seconds; default now." };
        issuedAt.Validators.Add(result => TokenEpoch.Check(result, "--iat"));
        var format = TokenOptions.Format("Token format, v2 or v1; must be that of the signing key, and is that of keys that name none. Default: the signing key's, v2 where it names none.");
        var carriage = new Option<string>("--carriage") { Description = "Where the playback URL carries the token.", DefaultValueFactory = _ => "path" };
        carriage.AcceptOnlyFromAmong("path", "query");
        var json = TokenOptions.Json();
        var command = new Command("mint", "Mints a token and prints the playback URL, or the token segment.") { keys, policy, viewer, url, format, sid, issuedAt, carriage, json };
        command.SetAction(async (parse, _) =>
        {
            try
            {
                var request = MintRequest.Read(
                    parse.GetValue(keys)!, parse.GetValue(policy)!, parse.GetValue(viewer)!, parse.GetValue(url), TokenOptions.ToFormat(parse.GetValue(format)),
                    parse.GetValue(sid), parse.GetValue(issuedAt) ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
                var token = MintReport.Of(request.Mint(), request.Url, inQuery: parse.GetValue(carriage) == "query");
                await parse.InvocationConfiguration.Output.WriteLineAsync(parse.GetValue(json) ? TokenJson.Text(token) : token.Url ?? token.Token);
                return ExitCode.Ok;
            }
            catch (FormatException mistake)
            {
                Terminal.Of(parse, json: false).Diagnostic($"token mint: {mistake.Message}");
                return ExitCode.BadUsage;
            }
        });
        return command;
    }
}
