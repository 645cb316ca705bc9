using System.CommandLine;
using Portcullis.Cli.Accounts;
using Portcullis.Cli.Backup;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Keys;
using Portcullis.Cli.Migration;
using Portcullis.Cli.Output;
using Portcullis.Cli.Plans;
using Portcullis.Cli.Evaluation;
using Portcullis.Cli.Replay;
using Portcullis.Cli.Tokens;
using Portcullis.Cli.Traffic;
using Portcullis.Cli.Webhooks;

namespace Portcullis.Cli;

/// <summary>The whole command line: every command, and how an invocation ends in an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. Returns 0 ok, 1 refused, failed or not blocked, 2 bad usage (<see cref="ExitCode"/>).</summary>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parse = Create().Parse(arguments);
        if (parse.Errors.Count > 0 && parse.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            // The library's own action prints help on stdout and returns 1; stdout belongs to --json.
            foreach (var mistake in parse.Errors)
            {
                // The library quotes what it does not understand, and that may be a playback URL.
                await error.WriteLineAsync(TokenText.Shorten(mistake.Message));
            }

            await error.WriteLineAsync("Run with --help to see the usage.");
            return ExitCode.BadUsage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
        };
        return await parse.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>The root command with one subcommand per <c>Create()</c>.</summary>
    public static RootCommand Create() => new("Portcullis: finds shared playback tokens and blocks them at the edge.")
    {
        SimulateCommand.Create(),
        SessionsCommand.Create(),
        RevokeCommand.Create(),
        RevocationsImportCommand.Create(),
        LiftCommand.Create(),
        HeldCommand.Create(),
        SwitchCommands.CreateDisarm(),
        SwitchCommands.CreateArm(),
        AllowCommand.Create(),
        StatusCommand.Create(),
        AssetsCommand.Create(),
        AccountsCommand.Create(),
        KeysCommand.Create(),
        WebhooksCommand.Create(),
        ReplayCommand.Create(),
        TrafficCommand.Create(),
        EvaluateCommand.Create(),
        TokenCommand.Create(),
        BackupCommand.Create(),
        BackupCommand.CreateRestore(),
        WafCommand.Create(),
        KeyValueStoreCommand.Create(),
    };
}
