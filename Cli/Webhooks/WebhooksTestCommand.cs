using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Webhooks;

/// <summary><c>webhooks test ID</c>: posts a ping; 1 when the receiver did not take it.</summary>
internal static class WebhooksTestCommand
{
    public static Command Create()
    {
        var id = WebhooksCommand.IdArgument();
        return ServiceOptions.Attach(new Command("test", "Posts a ping, and says what the receiver answered.") { id }, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.TestWebhookAsync(parse.GetRequiredValue(id), cancellationToken);
            terminal.Result(answer);
            var ping = client.Read<PingRecord>(answer);
            if (ping.Delivered)
                terminal.Line($"delivered: the receiver answered {ping.Status} after {ping.Milliseconds:0} ms");
            else
                terminal.Diagnostic($"not delivered: {ping.Error}");
            return ping.Delivered ? ExitCode.Ok : ExitCode.Refused;
        });
    }
}
