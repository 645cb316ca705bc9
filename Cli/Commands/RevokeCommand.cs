using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;
using Portcullis.Tokens;

namespace Portcullis.Cli.Commands;

/// <summary><c>revoke SID | --account TAG</c>: blocks a session, or every session of an account, at the edge.</summary>
internal static class RevokeCommand
{
    public static Command Create()
    {
        var sid = new Argument<string?>("SID") { Description = "The session to block.", Arity = ArgumentArity.ZeroOrOne };
        var account = new Option<string?>("--account") { Description = "Block every session of the account with this tag.", HelpName = "TAG" };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept in the audit log.",
            DefaultValueFactory = _ => "revoked by an operator from the command line",
            HelpName = "TEXT",
        };
        var until = new Option<DateTimeOffset?>("--until")
        {
            Description = "When the block ends, ISO 8601 with offset (default: when no token of the session can be valid any more).",
            HelpName = "TIME",
            CustomParser = Moment.Parse,
        };
        var command = new Command("revoke", "Blocks a session or an account at the edge.") { sid, account, reason, until };
        command.Validators.Add(result =>
        {
            var (session, tag) = (result.GetValue(sid), result.GetValue(account));
            if (session is null == tag is null)
            {
                result.AddError("revoke takes either a SID or --account TAG");
            }
            else if (session is not null && !SessionId.IsValid(session))
            {
                result.AddError($"'{session}' is no session id: 1 to {SessionId.MaxLength} characters of A-Z a-z 0-9 _ -");
            }
            else if (tag is not null && !SessionId.IsAccountTag(tag))
            {
                result.AddError($"'{tag}' is no account tag: {SessionId.AccountTagLength} characters of A-Z a-z 0-9");
            }
        });
        return ServiceOptions.Attach(command, async (client, terminal, parse, cancellationToken) =>
        {
            var request = new RevocationRequest(parse.GetValue(sid), parse.GetValue(account), parse.GetRequiredValue(reason), parse.GetValue(until));
            var answer = await client.RevokeAsync(request, cancellationToken);
            terminal.Result(answer);
            terminal.Lines(RevocationText.Lines(client.Read<RevocationRecord>(answer)));
            return ExitCode.Ok;
        });
    }
}
