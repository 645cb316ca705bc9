using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Portcullis.Chaos;

/// <summary>The walk in README.md does what it says, run by bash and curl against the real service.</summary>
public sealed partial class ReadmeTests
{
    [SkippableFact]
    public async Task Readme_CurlWalk_PlaysIsBlockedAndPlaysAgain()
    {
        Skip.IfNot(File.Exists("/bin/bash") || File.Exists("/usr/bin/bash"), "bash is missing");
        Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "curl"))), "curl is missing");
        using var service = new ServiceProcess();
        await service.StartAsync();
        var readme = await File.ReadAllTextAsync(Path.Combine(Root, "README.md"));
        var walk = Walk().Match(readme).Groups[1].Value.Replace("http://127.0.0.1:5080", service.Api.ToString().TrimEnd('/'), StringComparison.Ordinal);

        var start = new ProcessStartInfo("bash", ["-eu", "-c", walk]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORTCULLIS_DATA"] = service.DataFolder;
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.True(bash.ExitCode == 0, output + await error);
        Assert.Equal(["200", "403", "200"], Status().Matches(output).Select(match => match.Value));
        Assert.Contains("#EXT-X-STREAM-INF", output, StringComparison.Ordinal);
        Assert.Contains("\"score\":0", output, StringComparison.Ordinal);
    }

    private static string Root => typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Root").Value!;

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Walk();

    /// <summary>A status stands at the end of a line, after whatever JSON came without a line feed before it.</summary>
    [GeneratedRegex("(?<=^|})[0-9]{3}$", RegexOptions.Multiline)]
    private static partial Regex Status();
}
