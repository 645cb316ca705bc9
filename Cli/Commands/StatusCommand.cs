using System.CommandLine;
using Portcullis.Cli.Output;

namespace Portcullis.Cli.Commands;

/// <summary><c>status</c>: version, sessions, lines, targets with their lag, stores.</summary>
internal static class StatusCommand
{
    public static Command Create() => ServiceOptions.Attach(
        new Command("status", "Shows how the service is: sessions, log lines, enforcement targets and their lag, stores."),
        static async (client, terminal, _, cancellationToken) =>
        {
            var status = await client.StatusAsync(cancellationToken);
            terminal.Result(status);
            terminal.Lines(JsonTree.Lines(status));
            return ExitCode.Ok;
        });
}
