using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>lift ID | SID</c>: ends a revocation, or all that stand against a session; <c>lift --asset …</c>: all that have something in common.</summary>
internal static class LiftCommand
{
    public static Command Create()
    {
        var subject = new Argument<string?>("ID|SID") { Description = "A revocation's id, or the session it blocks; none to lift all that have something in common.", Arity = ArgumentArity.ZeroOrOne };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept in the audit log.",
            DefaultValueFactory = _ => "lifted by an operator from the command line",
            HelpName = "TEXT",
        };
        var bulk = new BulkOptions();
        var command = new Command("lift", "Lifts a revocation, or many at once, so that sessions may play again.") { subject, reason };
        bulk.AddTo(command);
        command.Validators.Add(result => bulk.Check(result, result.GetValue(subject) is not null));
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
            parse.GetValue(subject) is { } one
                ? LiftAsync(client, terminal, one, parse.GetRequiredValue(reason), cancellationToken)
                : LiftManyAsync(client, terminal, bulk.Read(parse, [], parse.GetRequiredValue(reason)), cancellationToken));
    }

    private static async Task<int> LiftManyAsync(ServiceClient client, Terminal terminal, BulkRequest request, CancellationToken cancellationToken)
    {
        var answer = await client.LiftManyAsync(request, cancellationToken);
        terminal.Result(answer);
        terminal.Line(BulkOptions.Text("lifted", client.Read<BulkOutcome>(answer)));
        return ExitCode.Ok;
    }

    private static async Task<int> LiftAsync(ServiceClient client, Terminal terminal, string subject, string reason, CancellationToken cancellationToken)
    {
        var standing = client.Read<RevocationList>(await client.StandingRevocationsAsync(subject, cancellationToken)).Revocations;
        var ids = standing.Where(r => r.Subject is { Kind: "session" } s && s.Value == subject).Select(r => r.Id).ToList();
        var byId = ids.Count == 0;
        var lifts = new List<System.Text.Json.JsonElement>();
        foreach (var id in byId ? [subject] : ids)
        {
            try
            {
                lifts.Add(await client.LiftAsync(id, reason, cancellationToken));
            }
            catch (ServiceFailure failure) when (byId && failure.Status == 404)
            {
                throw new ServiceFailure($"no revocation stands for '{subject}', and none has it as its id", failure.Status);
            }

            terminal.Line($"lifted {id}{(byId ? "" : $" of session {subject}")}: {reason}");
        }

        terminal.Result(new { lifts });
        return ExitCode.Ok;
    }
}
