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
        var list = ServiceOptions.Attach(new Command("list", "Lists the keys behind the tokens, and the rotation under way."), static (client, terminal, _, cancellationToken) => ListAsync(client, terminal, cancellationToken));
        var command = new Command("keys", "Lists the keys behind the tokens; subcommands rotate, import, remove and name them.")
        {
            list,
            KeysRotateCommand.Create(),
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
        var list = client.Read<KeyList>(answer);
        var table = new TextTable("KEY", "FORMAT", "SIGNS", "STATE", "SINCE", "UNTIL", "HELD BY");
        foreach (var key in list.Keys)
            table.Add(key.KeyId, key.Format, key.Signing ? "yes" : "no", key.State, Moment.Text(key.Since), Moment.Text(key.Until), string.Join(',', key.HeldBy ?? []));
        terminal.Lines(table.Lines());
        if (list.Rotation is { } rotation)
            terminal.Lines(RotationText.Lines(rotation));
        return ExitCode.Ok;
    }
}
