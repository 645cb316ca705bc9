using System.Text.Json;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Accounts;

/// <summary>An account for a person to read.</summary>
internal static class AccountText
{
    public static void Write(Terminal terminal, ServiceClient client, JsonElement answer)
    {
        terminal.Result(answer);
        var account = client.Read<AccountRecord>(answer);
        var (limits, settings) = (account.Limits, account.Settings);
        terminal.Line($"slots    {account.HeldSlots} of {limits.MaxSessions?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any number"}{Own(settings.MaxSessions is not null)}, when full {limits.WhenFull}{Own(settings.WhenFull is not null)}");
        terminal.Line($"tokens   {account.OutstandingTokens} of {limits.MaxOutstandingTokens}");
        terminal.Line($"minted   {account.MintsWithinAMinute} of {limits.MintsPerMinute} within a minute");
        if (account.Block is { } block)
            terminal.Line($"blocked  until {Moment.Text(block.Until)} by {block.Actor} at {Moment.Text(block.At)}: {block.Reason} (id {block.Id})");
        if (account.Sessions.Count == 0)
            return;
        var table = new TextTable("REFERENCE", "STATE", "ASSET", "DEVICE", "SINCE", "LAST SEEN", "TOKEN UNTIL");
        foreach (var session in account.Sessions)
            table.Add(session.Reference, session.State, session.Asset, session.Device, Moment.Text(session.Since), Moment.Text(session.LastSeen), Moment.Text(session.ExpiresAt));
        terminal.Lines(table.Lines());
    }

    private static string Own(bool isOwn) => isOwn ? " (its own)" : "";
}
