using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>held list|release|drop</c>: what the breaker holds for a person.</summary>
internal static class HeldCommand
{
    public static Command Create() => new("held", "Automatic revocations that the breaker holds: list, release or drop them.")
    {
        CreateList(),
        CreateAnswer("release", "released", "Blocks what is held, on its evidence."),
        CreateAnswer("drop", "dropped", "Rejects what is held: its evidence is void, later evidence may revoke."),
    };

    private static Command CreateList()
    {
        var criteria = new CriteriaOptions();
        var limit = new Option<int>("--limit") { Description = "How many to list, 1 to 1000.", DefaultValueFactory = _ => 100, HelpName = "N" };
        limit.Between(1, 1000);
        var command = new Command("list", "Lists what is held, newest first.") { limit };
        criteria.AddTo(command);
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
            ListAsync(client, terminal, criteria.Read(parse.CommandResult), parse.GetValue(limit), cancellationToken));
    }

    private static async Task<int> ListAsync(ServiceClient client, Terminal terminal, DecisionCriteria? criteria, int limit, CancellationToken cancellationToken)
    {
        var answer = await client.HeldAsync(criteria, limit, cancellationToken);
        terminal.Result(answer);
        var held = client.Read<HeldRecords>(answer).Revocations;
        var table = new TextTable("ID", "HELD FOR", "SCORE", "AT", "ASSET", "ASN", "USER AGENT", "REASON");
        foreach (var one in held)
        {
            table.Add(one.Id, one.HeldFor, $"{one.Score}", Moment.Text(one.At), one.Asset, one.Asn?.ToString(System.Globalization.CultureInfo.InvariantCulture), one.UserAgent, one.Reason);
        }

        terminal.Lines(held.Count > 0 ? table.Lines() : ["nothing is held"]);
        return ExitCode.Ok;
    }

    private static Command CreateAnswer(string action, string done, string description)
    {
        var ids = new Argument<string[]>("ID") { Description = "Held decisions, as listed; none to go by criteria.", Arity = ArgumentArity.ZeroOrMore };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept in the audit log.", DefaultValueFactory = _ => $"{done} by an operator from the command line", HelpName = "TEXT",
        };
        var bulk = new BulkOptions();
        var command = new Command(action, description) { ids, reason };
        bulk.AddTo(command);
        command.Validators.Add(result => bulk.Check(result, result.GetValue(ids) is { Length: > 0 }));
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var request = bulk.Read(parse, parse.GetValue(ids) ?? [], parse.GetRequiredValue(reason));
            var answer = await client.AnswerHeldAsync(action, request, cancellationToken);
            terminal.Result(answer);
            terminal.Line(BulkOptions.Text(done, client.Read<BulkOutcome>(answer)));
            return ExitCode.Ok;
        });
    }
}
