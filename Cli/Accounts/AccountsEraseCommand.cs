using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Accounts;

/// <summary><c>accounts erase ID --yes</c>: erases what is known of an account.</summary>
internal static class AccountsEraseCommand
{
    public static Command Create()
    {
        var id = AccountsCommand.Id();
        var sure = new Option<bool>("--yes") { Description = "Erase it: there is no way back." };
        var command = new Command("erase", "Erases an account: its limits, sessions, viewers and evidence. Who is blocked until when stays, under a pseudonym.") { id, sure };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(sure))
                result.AddError("accounts erase needs --yes: there is no way back");
        });
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.EraseAccountAsync(parse.GetRequiredValue(id), cancellationToken);
            terminal.Result(answer);
            var erased = client.Read<ErasureRecord>(answer);
            terminal.Line($"erased {erased.Sessions} sessions with their evidence, the texts of {erased.Decisions} decisions, {erased.Slots} slots");
            return ExitCode.Ok;
        });
    }
}
