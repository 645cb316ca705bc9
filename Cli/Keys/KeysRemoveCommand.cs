using System.CommandLine;
using Portcullis.Cli.Commands;

namespace Portcullis.Cli.Keys;

/// <summary><c>keys remove KID</c>: takes a v1 key away; its tokens are void.</summary>
internal static class KeysRemoveCommand
{
    public static Command Create()
    {
        var keyId = new Argument<string>("KID") { Description = "The key of format v1 to remove." };
        var command = new Command("remove", "Removes a key of format v1: tokens signed with it are refused from then on.") { keyId };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var removed = parse.GetRequiredValue(keyId);
            await client.RemoveKeyAsync(removed, cancellationToken);
            terminal.Result(new { removed });
            terminal.Line($"key {removed} is removed");
            return ExitCode.Ok;
        });
    }
}
