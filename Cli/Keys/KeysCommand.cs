using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Keys;

/// <summary><c>keys</c>: the keys behind tokens, without their secrets; its subcommands change them.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", "Lists the keys behind the tokens; subcommands import, remove and name them.")
        {
            KeysImportCommand.Create(),
            KeysRemoveCommand.Create(),
            KeysCloudFrontCommand.Create(),
        };
        return ServiceOptions.Attach(command, static (client, terminal, _, cancellationToken) => ListAsync(client, terminal, cancellationToken));
    }

    private static async Task<int> ListAsync(ServiceClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var answer = await client.KeysAsync(cancellationToken);
        terminal.Result(answer);
        var table = new TextTable("KEY", "FORMAT", "SIGNS");
        foreach (var key in client.Read<KeyList>(answer).Keys)
            table.Add(key.KeyId, key.Format, key.Signing ? "yes" : "no");
        terminal.Lines(table.Lines());
        return ExitCode.Ok;
    }
}
