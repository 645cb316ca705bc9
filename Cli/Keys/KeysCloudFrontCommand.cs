using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Tokens.Signed;

namespace Portcullis.Cli.Keys;

/// <summary><c>keys cloudfront</c>: the public half of the key pair for signed URLs and cookies, and the id that CloudFront gave it.</summary>
internal static class KeysCloudFrontCommand
{
    public static Command Create()
    {
        var keyPairId = new Option<string?>("--key-pair-id") { Description = "Sign under this id, which CloudFront assigned to the public key.", HelpName = "ID" };
        keyPairId.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is not { } id || !CloudFrontPublicKey.IsKeyPairId(id))
                result.AddError("--key-pair-id must be 1 to 64 characters of A-Z0-9, such as K2JCJMDEHXQW5F");
        });
        var command = new Command("cloudfront", "Shows the public key for signed URLs and cookies, or sets the id that CloudFront assigned to it.") { keyPairId };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = parse.GetValue(keyPairId) is { } assigned
                ? await client.AssignKeyPairIdAsync(assigned, cancellationToken)
                : await client.CloudFrontKeyAsync(cancellationToken);
            terminal.Result(answer);
            terminal.Lines(JsonTree.Lines(answer));
            return ExitCode.Ok;
        });
    }
}
