using System.CommandLine;
using System.Globalization;
using Portcullis.Cli.Replay;
using Portcullis.Cli.Traffic;
using Portcullis.Local;
using Portcullis.Logs;
using Portcullis.Sessions;
using Portcullis.Traffic;

namespace Portcullis.Cli.Evaluation;

/// <summary><c>evaluate</c>: generated events straight into the engine, and how good its decisions were.</summary>
internal static class EvaluateCommand
{
    /// <summary>Sessions of one event, at most: what is in memory at the same time.</summary>
    private const int MostViewers = 30_000;

    /// <summary>Honest viewer-hours that a session of a 60-minute event brings, about.</summary>
    private const double HoursPerSession = 0.43;

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Seed of the first event; further ones have the seeds after it.", DefaultValueFactory = _ => 1 };
        var hours = new Option<double>("--viewer-hours") { Description = "About how many viewer-hours of honest viewers, 1 to 1,000,000.", DefaultValueFactory = _ => 400 };
        var offenders = new Option<double>("--offenders") { Description = "Share of sessions that are offenders, 0 to 1.", DefaultValueFactory = _ => 0.04 };
        var policy = new Option<string?>("--policy") { Description = "JSON file with a detection policy; what it leaves out has its default." };
        var json = new Option<bool>("--json") { Description = "Prints the score as a line of JSON." };
        var command = new Command("evaluate", "Measures detection on generated traffic: precision, recall, time to detect, wrong revocations per viewer-hour.") { seed, hours, offenders, policy, json };
        command.SetAction(async (parse, cancellation) =>
        {
            var (output, error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            try
            {
                if (parse.GetValue(hours) is not (>= 1 and <= 1_000_000))
                    throw new FormatException("--viewer-hours must be 1 to 1,000,000");
                var options = new ReplayOptions(LogFieldList.Default, parse.GetValue(policy) is { } file ? DetectionPolicyFile.Read(file) : new DetectionPolicy(), 1);
                var score = await RunAsync(parse.GetValue(seed), parse.GetValue(hours), parse.GetValue(offenders), options, error, cancellation);
                await output.WriteLineAsync(parse.GetValue(json) ? DetectionScoreText.Json(score) : string.Join(Environment.NewLine, DetectionScoreText.Lines(score)));
                return ExitCode.Ok;
            }
            catch (Exception mistake) when (mistake is FormatException or ArgumentException)
            {
                await error.WriteLineAsync($"evaluate: {mistake.Message}");
                return ExitCode.BadUsage;
            }
        });
        return command;
    }

    private static async Task<DetectionScore> RunAsync(ulong seed, double hours, double offenders, ReplayOptions options, TextWriter progress, CancellationToken cancellation)
    {
        var sessions = Math.Max(20, (int)Math.Ceiling(hours / HoursPerSession / Math.Max(0.05, 1 - offenders)));
        var events = (sessions + MostViewers - 1) / MostViewers;
        var (labels, times, decisions) = (new Dictionary<string, SessionLabel>(StringComparer.Ordinal), new List<TrafficLabel>(), new List<SessionDecision>());
        for (var i = 0; i < events; i++)
        {
            var generator = TrafficGenerator.Create(new TrafficOptions { Seed = seed + (ulong)i, Viewers = sessions / events, Minutes = 60, Offenders = offenders });
            var lines = new DecisionLines(TextWriter.Null);
            var summary = await new LogReplay(options, lines).RunAsync([new GeneratedLines(generator)], cancellation);
            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"seed {seed + (ulong)i}: {summary}"));
            decisions.AddRange(lines.Decisions);
            foreach (var truth in generator.Truth())
            {
                var colon = truth.Label.IndexOf(':', StringComparison.Ordinal);
                var innocent = TrafficCommand.IsInnocent(truth);
                labels.Add(truth.Sid, new SessionLabel(
                    truth.Sid, innocent ? OffenceClass.Viewer : Enum.Parse<OffenceClass>(truth.Label[..colon], true), truth.Label[(colon + 1)..],
                    innocent || truth.FirstOffence is not { } at ? null : decimal.Divide(at, 1000)));
                times.Add(truth);
            }
        }
        var spans = new SessionSpans(labels);
        foreach (var truth in times)
        {
            spans.Add(truth.Sid, truth.FirstVideo);
            spans.Add(truth.Sid, truth.LastVideo);
        }
        return DetectionScore.Of(labels, decisions, spans);
    }
}
