using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Portcullis.Edge.Conformance;

/// <summary>The CloudFront function as deployed, judging cases under node or njs (<c>Edge/test/judge.mjs</c>).</summary>
internal static class JavaScriptJudge
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    public static async Task<IReadOnlyList<HarnessVerdict>> JudgeAsync(string engine, IEnumerable<EdgeCase> cases)
    {
        var folder = Directory.CreateTempSubdirectory("portcullis-conformance-").FullName;
        try
        {
            var (asked, answered) = (Path.Combine(folder, "cases.ndjson"), Path.Combine(folder, "verdicts.ndjson"));
            await File.WriteAllLinesAsync(asked, cases.Select(edgeCase => JsonSerializer.Serialize(edgeCase, Json)));
            using var process = Process.Start(new ProcessStartInfo("node", [Harness, "--engine", engine, asked, answered]) { RedirectStandardError = true })!;
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The harness ended with {process.ExitCode}: {error}");
            return [.. (await File.ReadAllLinesAsync(answered)).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<HarnessVerdict>(line, Json)!)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Harness => Path.GetFullPath(Path.Combine(
        typeof(JavaScriptJudge).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Root").Value!, "Edge/test/judge.mjs"));
}
