using System.CommandLine;
using Portcullis.Cli.Commands;

namespace Portcullis.Cli.Accounts;

/// <summary><c>accounts show ID</c>: limits, sessions and block of an account.</summary>
internal static class AccountsShowCommand
{
    public static Command Create()
    {
        var id = AccountsCommand.Id();
        var command = new Command("show", "Shows an account's limits, its sessions and what blocks it.") { id };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            AccountText.Write(terminal, client, await client.AccountAsync(parse.GetRequiredValue(id), cancellationToken));
            return ExitCode.Ok;
        });
    }
}
