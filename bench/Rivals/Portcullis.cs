using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Bench.Rivals;

/// <summary>The product itself, as users run it: <c>replay</c> with all detectors, on all cores, from the start of its process to its end.</summary>
internal sealed class Portcullis : IRival
{
    public string Name => "Portcullis replay, all detectors, 2 threads";

    public RivalScore Run(string file)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "portcullis.dll"), "replay", file, "--json"]) { RedirectStandardOutput = true })!;
        var revoked = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using var decision = JsonDocument.Parse(line);
            if (decision.RootElement.GetProperty("action").ValueEquals("revoke"))
                revoked.Add(decision.RootElement.GetProperty("sid").GetString()!);
        }
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"replay ended with {process.ExitCode}.");
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        revoked.Sort(StringComparer.Ordinal);
        return new RivalScore(File.ReadLines(file).LongCount(text => !text.StartsWith('#')), seconds, revoked);
    }
}
