using System.CommandLine;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary><c>replay FILE…</c>: what the detectors would have decided on recorded log lines.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Log files, read one after the other; .gz is unpacked, - is standard input.", Arity = ArgumentArity.OneOrMore };
        var fields = new Option<string?>("--fields") { Description = "Field list of the lines; a #Fields: line in a file goes before it. Default: Portcullis' own list." };
        var policy = new Option<string?>("--policy") { Description = "JSON file with a detection policy; what it leaves out has its default." };
        var allowed = new Option<int>("--allowed-viewers") { Description = "Viewers that may play one session at the same time, 1 to 100.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Leaves the summary out; the decisions are JSON lines anyway." };
        var command = new Command("replay", "Replays recorded CloudFront real-time log lines and prints a JSON line per decision.") { files, fields, policy, allowed, json };
        command.SetAction(async (parse, cancellation) =>
        {
            var error = parse.InvocationConfiguration.Error;
            try
            {
                var options = new ReplayOptions(
                    parse.GetValue(fields) is { } list ? LogFieldList.Parse(list) : LogFieldList.Default,
                    parse.GetValue(policy) is { } file ? DetectionPolicyFile.Read(file) : new DetectionPolicy(),
                    parse.GetValue(allowed) is >= 1 and <= 100 and var viewers ? viewers : throw new FormatException("--allowed-viewers must be 1 to 100"));
                var missing = parse.GetValue(files)!.FirstOrDefault(name => name != "-" && !File.Exists(name));
                if (missing is not null)
                    throw new FormatException($"there is no file '{missing}'");
                var summary = await new LogReplay(options, parse.InvocationConfiguration.Output).RunAsync(parse.GetValue(files)!, cancellation);
                if (!parse.GetValue(json))
                    await error.WriteLineAsync(summary.ToString());
                return ExitCode.Ok;
            }
            catch (FormatException mistake)
            {
                await error.WriteLineAsync($"replay: {mistake.Message}");
                return ExitCode.BadUsage;
            }
            catch (IOException failure)
            {
                await error.WriteLineAsync($"replay: {failure.Message}");
                return ExitCode.Refused;
            }
        });
        return command;
    }
}
