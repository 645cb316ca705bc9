using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Service.Contract;
using Portcullis.Notifications;

namespace Portcullis.Cli.Webhooks;

/// <summary><c>webhooks add URL</c>: adds a receiver; its secret is printed this once.</summary>
internal static class WebhooksAddCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "Where to post: https, or http to loopback." };
        url.Validators.Add(result =>
        {
            // The URL is not repeated: its query may be a secret of the receiver's.
            if (result.Tokens is [var token] && WebhookAddress.Check(token.Value) is { } wrong)
                result.AddError($"URL {wrong}");
        });
        var events = new Option<string[]>("--events")
        {
            Description = $"What it wants, separated by commas: {string.Join(", ", NotificationTypes.All)}; or groups such as revocation.* (default: all).",
            HelpName = "LIST",
            DefaultValueFactory = _ => [],
            CustomParser = result => result.Tokens.Single().Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
        events.Validators.Add(result =>
        {
            foreach (var wrong in (result.GetValueOrDefault<string[]>() ?? []).Where(pattern => !NotificationFilter.IsValid(pattern)))
                result.AddError($"--events: '{wrong}' is none of {string.Join(", ", NotificationTypes.All)}, nor a group such as revocation.*");
        });
        var description = new Option<string>("--description") { Description = "What it is for.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var command = new Command("add", "Adds a webhook and prints the secret that signs its posts: it is shown this once.") { url, events, description };
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var answer = await client.AddWebhookAsync(
                new WebhookRequest(parse.GetRequiredValue(url), parse.GetRequiredValue(events), parse.GetRequiredValue(description)), cancellationToken);
            terminal.Result(answer);
            var added = client.Read<WebhookSecret>(answer);
            terminal.Line($"webhook  {added.Webhook.Id}");
            terminal.Line($"secret   {added.Secret}");
            return ExitCode.Ok;
        });
    }
}
