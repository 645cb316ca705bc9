using System.CommandLine;
using System.Text;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary><c>token verify</c>: judges a playback URL as the edge does, from files and without a service. Revocations are not looked at.</summary>
internal static class TokenVerifyCommand
{
    public static Command Create()
    {
        var keys = TokenOptions.Keys();
        var viewer = TokenOptions.Viewer();
        var url = new Option<string>("--url") { Description = "Playback URL or its path; the token is its first path segment, or the query parameter pt.", Required = true };
        var now = new Option<long?>("--now") { Description = "Time to judge at, epoch seconds; default now." };
        now.Validators.Add(result => TokenEpoch.Check(result, "--now"));
        var longest = new Option<int>("--max-lifetime") { Description = "Longest token lifetime that is admitted, seconds.", DefaultValueFactory = _ => TokenVerifier.DefaultMaxTokenLifetime };
        longest.Between(1, int.MaxValue);
        var format = TokenOptions.Format("Format of the keys that name none; default v2.");
        var policy = new Option<string?>("--policy") { Description = "Accepted and ignored, so that both commands can be called alike: a token says itself what it admits." };
        var json = TokenOptions.Json();
        var command = new Command("verify", "Judges a playback URL: prints 'ok <sid>' and exits with 0, or 'refused <reason> <status>' and exits with 1.") { keys, viewer, url, now, longest, format, policy, json };
        command.SetAction(async (parse, _) =>
        {
            try
            {
                var keySet = KeysFile.Read(parse.GetValue(keys)!, TokenOptions.ToFormat(parse.GetValue(format)) ?? TokenFormat.V2);
                var target = PlaybackUrl.Parse(parse.GetValue(url)!);
                var verdict = TokenVerifier.Verify(
                    Encoding.UTF8.GetBytes(target.Path), Encoding.UTF8.GetBytes(target.Query), ViewerFile.Read(parse.GetValue(viewer)!).Requesting(target), keySet,
                    parse.GetValue(now) ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), parse.GetValue(longest));
                var report = VerdictReport.Of(verdict);
                await parse.InvocationConfiguration.Output.WriteLineAsync(parse.GetValue(json) ? TokenJson.Text(report) : report.Text);
                return verdict.IsAccepted ? ExitCode.Ok : ExitCode.Refused;
            }
            catch (FormatException mistake)
            {
                Terminal.Of(parse, json: false).Diagnostic($"token verify: {mistake.Message}");
                return ExitCode.BadUsage;
            }
        });
        return command;
    }
}
