using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Webhooks;

/// <summary><c>webhooks</c>: who is told of decisions and faults; its subcommands change that, and show what is on its way.</summary>
internal static class WebhooksCommand
{
    public static Command Create() => new("webhooks", "Webhooks: who is told of blocks, lifts, targets that are down, lag.")
    {
        CreateList(),
        WebhooksAddCommand.Create(),
        CreateRemove(),
        WebhooksRotateCommand.Create(),
        CreateEnable(),
        WebhooksTestCommand.Create(),
        WebhooksDeliveriesCommand.Create(),
        CreateRedeliver(),
    };

    /// <summary>The argument that names a webhook.</summary>
    public static Argument<string> IdArgument() => new("ID") { Description = "The webhook's id, such as wh_0123456789ab." };

    private static Command CreateList() => ServiceOptions.Attach(
        new Command("list", "Lists the webhooks."),
        static async (client, terminal, _, cancellationToken) =>
        {
            var answer = await client.WebhooksAsync(cancellationToken);
            terminal.Result(answer);
            var webhooks = client.Read<WebhookList>(answer).Webhooks;
            var table = new TextTable("WEBHOOK", "STATE", "URL", "EVENTS", "DESCRIPTION");
            foreach (var webhook in webhooks)
                table.Add(webhook.Id, webhook.Disabled is { } since ? $"off since {Moment.Text(since)}" : "on", webhook.Url, webhook.Events.Count == 0 ? "all" : string.Join(", ", webhook.Events), webhook.Description);
            terminal.Lines(webhooks.Count > 0 ? table.Lines() : ["no webhooks"]);
            return ExitCode.Ok;
        });

    private static Command CreateRemove()
    {
        var id = IdArgument();
        return ServiceOptions.Attach(new Command("remove", "Removes a webhook, and what is on its way to it.") { id }, async (client, terminal, parse, cancellationToken) =>
        {
            var removed = parse.GetRequiredValue(id);
            await client.RemoveWebhookAsync(removed, cancellationToken);
            terminal.Result(new { removed });
            terminal.Line($"webhook {removed} is removed");
            return ExitCode.Ok;
        });
    }

    private static Command CreateEnable()
    {
        var id = IdArgument();
        return ServiceOptions.Attach(new Command("enable", "Uses a webhook again that was switched off because its receiver answered 410.") { id }, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.EnableWebhookAsync(parse.GetRequiredValue(id), cancellationToken);
            terminal.Result(answer);
            terminal.Line($"webhook {client.Read<WebhookRecord>(answer).Id} is on");
            return ExitCode.Ok;
        });
    }

    private static Command CreateRedeliver()
    {
        var id = IdArgument();
        return ServiceOptions.Attach(new Command("redeliver", "Tries a webhook's dead deliveries again.") { id }, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.RedeliverWebhookAsync(parse.GetRequiredValue(id), cancellationToken);
            terminal.Result(answer);
            terminal.Line($"{client.Read<RedeliveryRecord>(answer).Redelivered} deliveries are tried again");
            return ExitCode.Ok;
        });
    }
}
