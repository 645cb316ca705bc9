using System.CommandLine;

namespace Portcullis.Cli.Accounts;

/// <summary><c>accounts</c>: an account's limits and sessions, its own limits, and its erasure.</summary>
internal static class AccountsCommand
{
    public static Command Create() => new("accounts", "Shows, limits or erases an account.")
    {
        AccountsShowCommand.Create(),
        AccountsSetCommand.Create(),
        AccountsEraseCommand.Create(),
    };

    /// <summary>The account id, checked as the service checks it.</summary>
    public static Argument<string> Id()
    {
        var id = new Argument<string>("ID") { Description = "The account, as the back-end names it when it asks for tokens." };
        id.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !Portcullis.Accounts.AccountRules.IsId(token.Value))
                result.AddError($"an account id has 1 to {Portcullis.Accounts.AccountRules.MaxIdLength} characters without control characters");
        });
        return id;
    }
}
