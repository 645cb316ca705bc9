using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>disarm</c> and <c>arm</c>: the kill switch.</summary>
internal static class SwitchCommands
{
    public static Command CreateDisarm() => Create("disarm", "The kill switch: nothing automatic is enforced until 'arm'. What is blocked stays blocked; see 'lift'.");

    public static Command CreateArm() => Create("arm", "Ends 'disarm': automatic verdicts are enforced again.");

    private static Command Create(string name, string description)
    {
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept in the audit log.", DefaultValueFactory = _ => $"{name}ed by an operator from the command line", HelpName = "TEXT",
        };
        return ServiceOptions.Attach(new Command(name, description) { reason }, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.SwitchAsync(name, parse.GetRequiredValue(reason), cancellationToken);
            terminal.Result(answer);
            var state = client.Read<SwitchRecord>(answer);
            terminal.Line(state.Armed ? "armed: automatic verdicts are enforced" : $"disarmed by {state.Actor} at {Moment.Text(state.At)}: {state.Reason}; nothing automatic is enforced until 'arm'");
            return ExitCode.Ok;
        });
    }
}
