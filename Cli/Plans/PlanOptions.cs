using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Tokens;
using Portcullis.Enforcement;

namespace Portcullis.Cli.Plans;

/// <summary>What the commands that print plans have in common.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string> _sids = new("--sids") { Description = "File with a sid per line, or <account tag>_ for a whole account; optionally, behind tabs, its end (epoch seconds) and its heat.", Required = true };
    private readonly Option<long?> _now = new("--now") { Description = "Time of the plan, epoch seconds; default now. What has ended by then is left out." };
    private readonly Option<bool> _requireAll = new("--require-all") { Description = "Exits with 1 when something does not fit." };
    private readonly Option<bool> _json = new("--json") { Description = "Accepted for the sake of scripts: the plan is JSON anyway." };

    public PlanOptions() => _now.Validators.Add(result => TokenEpoch.Check(result, "--now"));

    /// <summary>Adds the options to a command, and runs it on what the file holds.</summary>
    /// <param name="command">The command.</param>
    /// <param name="print">Gets the blocks of the file in its order and the time in epoch seconds; returns the plan's text and what did not fit, null when all did.</param>
    public Command Attach(Command command, Func<ParseResult, IReadOnlyList<Block>, long, (string Text, string? LeftOut)> print)
    {
        command.Add(_sids);
        command.Add(_now);
        command.Add(_requireAll);
        command.Add(_json);
        command.SetAction(async (parse, _) =>
        {
            var terminal = Terminal.Of(parse, json: false);
            try
            {
                var now = parse.GetValue(_now) ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
                var (text, leftOut) = print(parse, BlocksFile.Read(parse.GetRequiredValue(_sids)), now);
                await parse.InvocationConfiguration.Output.WriteLineAsync(text);
                if (leftOut is null)
                    return ExitCode.Ok;
                terminal.Diagnostic(leftOut);
                return parse.GetValue(_requireAll) ? ExitCode.Refused : ExitCode.Ok;
            }
            catch (FormatException mistake)
            {
                terminal.Diagnostic($"{parse.CommandResult.Command.Parents.OfType<Command>().First().Name} {command.Name}: {mistake.Message}");
                return ExitCode.BadUsage;
            }
        });
        return command;
    }
}
