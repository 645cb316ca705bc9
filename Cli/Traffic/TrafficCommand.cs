using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Portcullis.Traffic;

namespace Portcullis.Cli.Traffic;

/// <summary><c>traffic</c>: writes the log lines of a made-up event and the truth about its sessions.</summary>
internal static class TrafficCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "The same seed makes the same lines.", DefaultValueFactory = _ => 1 };
        var viewers = new Option<int>("--viewers") { Description = "How many sessions, 1 to 1,000,000.", DefaultValueFactory = _ => 1_000 };
        var minutes = new Option<int>("--minutes") { Description = "How long the event lasts, 2 to 600.", DefaultValueFactory = _ => 60 };
        var offenders = new Option<double>("--offenders") { Description = "Share of sessions that are offenders, 0 to 1.", DefaultValueFactory = _ => 0.04 };
        var sampling = new Option<int>("--sampling") { Description = "Per cent of requests that are logged, 1 to 100.", DefaultValueFactory = _ => 100 };
        var start = new Option<long?>("--start") { Description = "When the event begins, epoch seconds." };
        var kinds = new Option<string?>("--kinds") { Description = "Labels that are wanted, separated by commas, such as viewer:plain,shared:2. Default: all." };
        var output = new Option<string>("--out") { Description = "Where the lines go; - is standard output.", Required = true };
        var labels = new Option<string>("--labels") { Description = "Where the labels go: sid, label, firstOffence, separated by tabs.", Required = true };
        var json = new Option<bool>("--json") { Description = "Prints the summary as JSON: to stdout, or to stderr where the lines go to stdout." };
        var command = new Command("traffic", "Makes labelled log lines of an event: honest viewers of every kind, sharers, re-streamers, rippers.") { seed, viewers, minutes, offenders, sampling, start, kinds, output, labels, json };
        command.SetAction(async (parse, cancellation) =>
        {
            var error = parse.InvocationConfiguration.Error;
            try
            {
                var options = new TrafficOptions
                {
                    Seed = parse.GetValue(seed), Viewers = parse.GetValue(viewers), Minutes = parse.GetValue(minutes), Offenders = parse.GetValue(offenders), Sampling = parse.GetValue(sampling),
                    Kinds = parse.GetValue(kinds)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                };
                if (parse.GetValue(start) is { } at)
                    options = options with { Start = at is >= 1_000_000_000 and <= 9_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(at) : throw new ArgumentException($"start ({at}) must be an epoch second, 1,000,000,000 to 9,000,000,000") };
                var generator = TrafficGenerator.Create(options);
                var bytes = await WriteAsync(generator, parse.GetValue(output)!, cancellation);
                var truth = generator.Truth().ToList();
                await File.WriteAllLinesAsync(parse.GetValue(labels)!, truth.Select(Text), cancellation);
                var hours = truth.Where(IsInnocent).Sum(label => (label.LastVideo - label.FirstVideo) / 3_600_000.0);
                // The lines may be on stdout; else the result is.
                var summary = parse.GetValue(json) && parse.GetValue(output) != "-" ? parse.InvocationConfiguration.Output : error;
                await summary.WriteLineAsync(parse.GetValue(json)
                    ? JsonSerializer.Serialize(new { lines = generator.Lines, bytes, sessions = truth.Count, innocentViewerHours = hours })
                    : string.Create(CultureInfo.InvariantCulture, $"{generator.Lines:N0} lines ({bytes / 1e6:N1} MB) of {truth.Count:N0} sessions; {hours:N1} viewer-hours of honest viewers"));
                return ExitCode.Ok;
            }
            catch (ArgumentException mistake)
            {
                await error.WriteLineAsync($"traffic: {mistake.Message}");
                return ExitCode.BadUsage;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"traffic: {failure.Message}");
                return ExitCode.Refused;
            }
        });
        return command;
    }

    internal static bool IsInnocent(TrafficLabel label) => label.Label.StartsWith("viewer:", StringComparison.Ordinal);

    private static string Text(TrafficLabel label) => string.Create(
        CultureInfo.InvariantCulture, $"{label.Sid}\t{label.Label}\t{(IsInnocent(label) || label.FirstOffence is not { } at ? "" : decimal.Divide(at, 1000).ToString(CultureInfo.InvariantCulture))}");

    private static async Task<long> WriteAsync(TrafficGenerator generator, string file, CancellationToken cancellation)
    {
        await using var lines = new GeneratedLines(generator);
        await using var output = file == "-" ? Console.OpenStandardOutput() : new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        long bytes = 0;
        while (await lines.ReadAsync(cancellation) is { } chunk)
        {
            await output.WriteAsync(chunk.Lines, cancellation);
            bytes += chunk.Length;
            lines.Return(chunk);
        }
        return bytes;
    }
}
