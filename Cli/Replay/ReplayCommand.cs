using System.CommandLine;
using System.Globalization;
using Portcullis.Cli.Evaluation;
using Portcullis.Local;
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
        var resume = new Option<string?>("--resume") { Description = "Folder in which the progress is stored; started again with the same arguments, the replay goes on from there and prints what was decided before once more." };
        var storeEvery = new Option<int>("--store-every") { Description = "Seconds of work between two stores of --resume, 0 to 3600; 0 stores after every round of chunks.", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "Leaves the summary out and prints the score as a line of JSON; the decisions are JSON lines anyway." };
        var command = new Command("replay", "Replays recorded CloudFront real-time log lines and prints a JSON line per decision.") { files, fields, policy, allowed, labels, baseline, resume, storeEvery, json };
        command.SetAction(async (parse, cancellation) =>
        {
            var error = parse.InvocationConfiguration.Error;
            try
            {
                var options = new ReplayOptions(
                    parse.GetValue(fields) is { } list ? LogFieldList.Parse(list) : LogFieldList.Default,
                    parse.GetValue(policy) is { } file ? DetectionPolicyFile.Read(file) : new DetectionPolicy(),
                    parse.GetValue(allowed) is >= 1 and <= 100 and var viewers ? viewers : throw new FormatException("--allowed-viewers must be 1 to 100"))
                {
                    StoreEvery = TimeSpan.FromSeconds(parse.GetValue(storeEvery) is >= 0 and <= 3600 and var seconds ? seconds : throw new FormatException("--store-every must be 0 to 3600")),
                };
                var truth = parse.GetValue(labels) is { } labelsFile ? LabelsFile.Read(labelsFile) : null;
                var rule = parse.GetValue(baseline) is { } name ? BaselineReplay.Create(name) : null;
                var logs = parse.GetValue(files)!;
                if (logs.FirstOrDefault(log => log != "-" && !File.Exists(log)) is { } missing)
                    throw new FormatException($"there is no file '{missing}'");
                if (truth is not null && rule is null && logs.Contains("-"))
                    throw new FormatException("--labels reads the logs twice, which standard input does not allow");
                if (parse.GetValue(resume) is not null && rule is not null)
                    throw new FormatException("--resume is for the detectors, not for a --baseline");
                using var folder = parse.GetValue(resume) is { } path ? ReplayFolder.Open(path, ReplayInputs.Of(logs, options)) : null;
                var spans = truth is null ? null : new SessionSpans(truth);
                var decisions = new DecisionLines(parse.InvocationConfiguration.Output);
                var summary = rule is null
                    ? await ReplayAsync(new LogReplay(options, decisions, folder), logs, parse.GetValue(json) ? TextWriter.Null : error, cancellation)
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

    private static async Task<ReplaySummary> ReplayAsync(LogReplay replay, string[] logs, TextWriter log, CancellationToken cancellation)
    {
        if (replay.EarlierLines > 0)
            await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"goes on behind {replay.EarlierLines:N0} lines"));
        return await replay.RunAsync(logs, cancellation);
    }
}
