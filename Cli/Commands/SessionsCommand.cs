using System.CommandLine;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>sessions [SID]</c>: the sessions with the highest scores, or one with its evidence.</summary>
internal static class SessionsCommand
{
    public static Command Create()
    {
        var sid = new Argument<string?>("SID") { Description = "Show this session with its evidence and viewers.", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many sessions to list, 1 to 500.", DefaultValueFactory = _ => 50, HelpName = "N" };
        limit.Between(1, 500);
        var search = new Option<string?>("--search") { Description = "List only sessions whose sid, asset or reference holds this text.", HelpName = "TEXT" };
        var command = new Command("sessions", "Lists live sessions, highest score first, or shows one.") { sid, limit, search };
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
            parse.GetValue(sid) is { } one
                ? ShowAsync(client, terminal, one, cancellationToken)
                : ListAsync(client, terminal, parse.GetValue(limit), parse.GetValue(search), cancellationToken));
    }

    private static async Task<int> ListAsync(ServiceClient client, Terminal terminal, int limit, string? search, CancellationToken cancellationToken)
    {
        var answer = await client.SessionsAsync(limit, search, cancellationToken);
        terminal.Result(answer);
        var sessions = client.Read<SessionList>(answer).Sessions;
        var table = new TextTable("SCORE", "STATE", "VIEWERS", "LINES", "LAST SEEN", "HELD", "ASSET", "SID");
        foreach (var session in sessions)
        {
            table.Add($"{session.Score:0}", State(session), $"{session.Viewers}", $"{session.Lines}", Moment.Text(session.LastSeen), HeldText.Short(session.Held), session.Asset, session.Sid);
        }

        terminal.Lines(sessions.Count > 0 ? table.Lines() : ["no sessions"]);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(ServiceClient client, Terminal terminal, string sid, CancellationToken cancellationToken)
    {
        var answer = await client.SessionAsync(sid, cancellationToken);
        terminal.Result(answer);
        var session = client.Read<SessionRecord>(answer);
        terminal.Line($"session    {session.Sid}");
        terminal.Line($"asset      {session.Asset}");
        terminal.Line($"score      {session.Score:0} ({State(session)})");
        terminal.Line($"seen       {Moment.Text(session.FirstSeen)} to {Moment.Text(session.LastSeen)}, {session.Lines} lines, {session.Viewers} viewers");
        terminal.Line($"reference  {session.Reference}");
        terminal.Lines(RevocationText.Lines(session.Revocation));
        terminal.Lines(HeldText.Lines(session.Held));
        terminal.Lines(EvidenceText.Lines(session.AllEvidence));
        if (session.Seen is { Count: > 0 } seen)
        {
            terminal.Line("viewers");
            var table = new TextTable("ADDRESS", "COUNTRY", "ASN", "FETCHES", "FIRST SEEN", "LAST SEEN", "USER AGENT");
            foreach (var viewer in seen)
            {
                table.Add(
                    viewer.Address, viewer.Country, viewer.AsnText, $"{viewer.Fetches}", Moment.Text(viewer.FirstSeen), Moment.Text(viewer.LastSeen), viewer.UserAgent);
            }

            terminal.Lines(table.Lines().Select(static line => "  " + line));
        }

        return ExitCode.Ok;
    }

    private static string State(SessionRecord session) => session.Revoked ? "revoked" : session.Held is not null ? "held" : session.Action ?? "-";
}
