using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Webhooks;

/// <summary><c>webhooks deliveries ID</c>: the last attempts, and when the next one is.</summary>
internal static class WebhooksDeliveriesCommand
{
    public static Command Create()
    {
        var id = WebhooksCommand.IdArgument();
        var state = new Option<string?>("--state") { Description = "Only those that are pending, delivered or dead.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("pending", "delivered", "dead");
        var limit = new Option<int>("--limit") { Description = "How many to list, 1 to 1000.", DefaultValueFactory = _ => 50, HelpName = "N" };
        limit.Between(1, 1000);
        var command = new Command("deliveries", "Lists a webhook's deliveries, the one tried last first.") { id, state, limit };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.WebhookDeliveriesAsync(parse.GetRequiredValue(id), parse.GetValue(state), parse.GetValue(limit), cancellationToken);
            terminal.Result(answer);
            var deliveries = client.Read<DeliveryList>(answer).Deliveries;
            var table = new TextTable("DELIVERY", "STATE", "EVENTS", "ATTEMPTS", "LAST", "STATUS", "NEXT", "ERROR");
            foreach (var delivery in deliveries)
                table.Add(delivery.Id, delivery.State, $"{delivery.Events}", $"{delivery.Attempts}", Moment.Text(delivery.LastAttempt), $"{delivery.Status}", Moment.Text(delivery.NextAttempt), delivery.Error);
            terminal.Lines(deliveries.Count > 0 ? table.Lines() : ["no deliveries"]);
            return ExitCode.Ok;
        });
    }
}
