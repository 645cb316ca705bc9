using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Webhooks;

/// <summary><c>webhooks rotate ID</c>: a new secret, beside the old one for a while.</summary>
internal static class WebhooksRotateCommand
{
    public static Command Create()
    {
        var id = WebhooksCommand.IdArgument();
        var overlap = new Option<int>("--overlap") { Description = "Seconds for which the old secret signs as well, 0 to 604800.", DefaultValueFactory = _ => 86_400, HelpName = "SECONDS" };
        overlap.Between(0, 604_800);
        var command = new Command("rotate", "Draws a new secret and prints it: it is shown this once.") { id, overlap };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.RotateWebhookSecretAsync(parse.GetRequiredValue(id), parse.GetValue(overlap), cancellationToken);
            terminal.Result(answer);
            var rotated = client.Read<WebhookSecret>(answer);
            terminal.Line($"secret            {rotated.Secret}");
            terminal.Line($"old signs until   {Moment.Text(rotated.Webhook.OldSecretUntil)}");
            return ExitCode.Ok;
        });
    }
}
