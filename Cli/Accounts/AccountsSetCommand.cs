using System.CommandLine;
using Portcullis.Accounts;
using Portcullis.Cli.Commands;

namespace Portcullis.Cli.Accounts;

/// <summary><c>accounts set ID</c>: limits of its own for an account.</summary>
internal static class AccountsSetCommand
{
    public static Command Create()
    {
        var id = AccountsCommand.Id();
        var sessions = new Option<int?>("--max-sessions") { Description = $"Sessions at the same time, 1 to {AccountRules.MostSessions} (default: as the service has it).", HelpName = "N" };
        sessions.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 1 or > AccountRules.MostSessions)
                result.AddError($"--max-sessions is {token.Value}; allowed are 1 to {AccountRules.MostSessions}");
        });
        var full = new Option<string?>("--when-full") { Description = "What happens beyond them: refuse or end-oldest (default: as the service has it).", HelpName = "POLICY" };
        full.AcceptOnlyFromAmong("refuse", "end-oldest");
        var command = new Command("set", "Sets an account's own limits. What is left out is as the service has it: without options the account has none of its own.") { id, sessions, full };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var policy = parse.GetValue(full) switch { null => null, "end-oldest" => "endOldest", var same => same };
            AccountText.Write(terminal, client, await client.PutAccountAsync(parse.GetRequiredValue(id), parse.GetValue(sessions), policy, cancellationToken));
            return ExitCode.Ok;
        });
    }
}
