using System.Text.Json;

namespace Portcullis.Cli.Tests;

/// <summary>One run of the command line in this process, with captured writers.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public static async Task<Invocation> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await CommandLine.InvokeAsync(arguments, output, error, CancellationToken.None);
        return new Invocation(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs against a service with its key, and asserts that neither key nor token was printed.</summary>
    public static async Task<Invocation> RunAsync(FakeService service, params string[] arguments)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, FakeService.Key + "\n");
            var run = await RunAsync([.. arguments, "--api", service.Url.ToString(), "--api-key-file", keyFile]);
            foreach (var secret in new[] { FakeService.Key, FakeService.Token, FakeService.Token.Split('.')[^1] })
            {
                Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.Ordinal);
            }

            return run;
        }
        finally
        {
            File.Delete(keyFile);
        }
    }
}
