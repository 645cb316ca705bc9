using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>allow list|add|remove</c>: what detectors must not revoke.</summary>
internal static class AllowCommand
{
    public static Command Create() => new("allow", "The allow-list: what detectors must not revoke, for a time.")
    {
        ServiceOptions.Attach(new Command("list", "Lists the entries, the next to end first."), static (client, terminal, _, cancellationToken) => ListAsync(client, terminal, cancellationToken)),
        CreateAdd(),
        CreateRemove(),
    };

    private static async Task<int> ListAsync(ServiceClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var answer = await client.AllowedAsync(cancellationToken);
        terminal.Result(answer);
        var entries = client.Read<AllowRecords>(answer).Entries;
        var table = new TextTable("ID", "KIND", "VALUE", "OWNER", "EXPIRES", "REASON");
        foreach (var entry in entries)
        {
            table.Add(entry.Id, entry.Kind, entry.Value, entry.Owner, Moment.Text(entry.Expires), entry.Reason);
        }

        terminal.Lines(entries.Count > 0 ? table.Lines() : ["the allow-list is empty"]);
        return ExitCode.Ok;
    }

    private static Command CreateAdd()
    {
        var kind = new Argument<string>("KIND") { Description = "sid, account, cidr, asn or userAgent." }.AcceptOnlyFromAmong("sid", "account", "cidr", "asn", "userAgent");
        var value = new Argument<string>("VALUE") { Description = "The sid, account id, range such as 192.0.2.0/24, number, or user agent (its beginning when it ends with *)." };
        var owner = new Option<string>("--owner") { Description = "Who answers for it.", HelpName = "NAME", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit log.", HelpName = "TEXT", Required = true };
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends, ISO 8601; within 90 days.", HelpName = "TIME", Required = true, CustomParser = Moment.Parse };
        return ServiceOptions.Attach(new Command("add", "Puts something on the allow-list.") { kind, value, owner, reason, expires }, async (client, terminal, parse, cancellationToken) =>
        {
            var request = new AllowRequest(
                parse.GetRequiredValue(kind), parse.GetRequiredValue(value), parse.GetRequiredValue(owner), parse.GetRequiredValue(reason), parse.GetValue(expires)!.Value);
            var answer = await client.AllowAsync(request, cancellationToken);
            terminal.Result(answer);
            var entry = client.Read<AllowRecord>(answer);
            terminal.Line($"allowed {entry.Kind} {entry.Value} until {Moment.Text(entry.Expires)}, id {entry.Id}");
            return ExitCode.Ok;
        });
    }

    private static Command CreateRemove()
    {
        var id = new Argument<string>("ID") { Description = "The entry, as listed." };
        return ServiceOptions.Attach(new Command("remove", "Takes an entry off the allow-list.") { id }, async (client, terminal, parse, cancellationToken) =>
        {
            var entry = parse.GetRequiredValue(id);
            await client.DisallowAsync(entry, cancellationToken);
            terminal.Result(new { removed = entry });
            terminal.Line($"removed {entry}");
            return ExitCode.Ok;
        });
    }
}
