using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Keys;

/// <summary><c>keys rotate</c>: replaces the key that signs v2 tokens; in an emergency all of them.</summary>
internal static class KeysRotateCommand
{
    public static Command Create()
    {
        var emergency = new Option<bool>("--emergency") { Description = "The keys may be known to somebody: nothing is signed until the new key is everywhere, and then all older tokens are void. Needs --reason." };
        var reason = new Option<string?>("--reason") { Description = "Why; kept with the rotation.", HelpName = "TEXT" };
        var command = new Command("rotate", "Replaces the key that signs tokens. Asking again while a rotation is under way joins it.") { emergency, reason };
        command.Validators.Add(result =>
        {
            // Every viewer is thrown out by this: nobody should do it by a slip, and it should say later why it was done.
            if (result.GetValue(emergency) && string.IsNullOrWhiteSpace(result.GetValue(reason)))
                result.AddError("--emergency needs a --reason");
        });
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var request = new RotationRequest(parse.GetValue(emergency), parse.GetValue(reason) ?? "rotated by an operator from the command line");
            var json = await client.RotateKeysAsync(request, cancellationToken);
            terminal.Result(json);
            var answer = client.Read<RotationAnswer>(json);
            terminal.Line(answer.Outcome == "joined" ? "joined the rotation under way" : "rotation started");
            terminal.Lines(answer.Rotation is { } rotation ? RotationText.Lines(rotation) : ["it is complete"]);
            return ExitCode.Ok;
        });
    }
}
