using System.CommandLine;
using Portcullis.Cli.Evaluation;
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
        var labels = new Option<string?>("--labels") { Description = "File with the truth per session (sid, label, firstOffence); prints how good the decisions were to stderr." };
        var baseline = new Option<string?>("--baseline") { Description = "Lets another system's rule decide: smde-v1 (its score) or smde-v2 (its prefilter)." };
        var json = new Option<bool>("--json") { Description = "Leaves the summary out and prints the score as a line of JSON; the decisions are JSON lines anyway." };
        var command = new Command("replay", "Replays recorded CloudFront real-time log lines and prints a JSON line per decision.") { files, fields, policy, allowed, labels, baseline, json };
        command.SetAction(async (parse, cancellation) =>
        {
            var error = parse.InvocationConfiguration.Error;
            try
            {
                var options = new ReplayOptions(
                    parse.GetValue(fields) is { } list ? LogFieldList.Parse(list) : LogFieldList.Default,
                    parse.GetValue(policy) is { } file ? DetectionPolicyFile.Read(file) : new DetectionPolicy(),
                    parse.GetValue(allowed) is >= 1 and <= 100 and var viewers ? viewers : throw new FormatException("--allowed-viewers must be 1 to 100"));
                var truth = parse.GetValue(labels) is { } labelsFile ? LabelsFile.Read(labelsFile) : null;
                var rule = parse.GetValue(baseline) is { } name ? BaselineReplay.Create(name) : null;
                var logs = parse.GetValue(files)!;
                if (logs.FirstOrDefault(log => log != "-" && !File.Exists(log)) is { } missing)
                    throw new FormatException($"there is no file '{missing}'");
                if (truth is not null && rule is null && logs.Contains("-"))
                    throw new FormatException("--labels reads the logs twice, which standard input does not allow");
                var spans = truth is null ? null : new SessionSpans(truth);
                var decisions = new DecisionLines(parse.InvocationConfiguration.Output);
                var summary = rule is null
                    ? await new LogReplay(options, decisions).RunAsync(logs, cancellation)
                    : await new BaselineReplay(options.Fields, rule, decisions).RunAsync(logs, spans, cancellation);
                if (!parse.GetValue(json))
                    await error.WriteLineAsync(summary.ToString());
                if (truth is not null)
                {
                    // The engine must not know of labels.
                    if (rule is null)
                        new RecordedLines(options.Fields).Read(logs, spans!.Take, cancellation);
                    var score = DetectionScore.Of(truth, decisions.Decisions, spans!);
                    await error.WriteLineAsync(parse.GetValue(json) ? DetectionScoreText.Json(score) : string.Join(Environment.NewLine, DetectionScoreText.Lines(score)));
                }
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
