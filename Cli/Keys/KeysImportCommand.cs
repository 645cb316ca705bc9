using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Keys;

/// <summary><c>keys import</c>: hands a key of SMDE to the service, so that its tokens verify.</summary>
internal static class KeysImportCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "Format of the key's tokens; v1 is the only one whose keys are imported.", DefaultValueFactory = _ => "v1" };
        format.AcceptOnlyFromAmong("v1");
        var keyId = new Option<string?>("--kid") { Description = "The key id in the tokens' headers; may be left out where the secret file names one.", HelpName = "KID" };
        // The secret comes in a file only: arguments are visible to everyone on the machine.
        var secretFile = new Option<string>("--secret-file")
        {
            Description = "File with the secret, or with SMDE's JSON {\"<kid>\":\"<secret>\"} from Secrets Manager.",
            HelpName = "FILE",
            Required = true,
        };
        var signing = new Option<bool>("--signing") { Description = "New v1 tokens are signed with this key from now on." };
        var command = new Command("import", "Imports a key of format v1, so that tokens signed with it verify.") { format, keyId, secretFile, signing };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var secret = SecretFile.Read(parse.GetRequiredValue(secretFile), parse.GetValue(keyId));
            var answer = await client.ImportKeyAsync(new KeyImportRequest(parse.GetRequiredValue(format), secret.KeyId, secret.Secret, parse.GetValue(signing)), cancellationToken);
            terminal.Result(answer);
            var key = client.Read<KeyRecord>(answer);
            terminal.Line($"key {key.KeyId} ({key.Format}) verifies{(key.Signing ? " and signs" : "")}");
            return ExitCode.Ok;
        });
    }
}
