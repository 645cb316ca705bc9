using System.CommandLine;
using Portcullis.Assets;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Tokens;

namespace Portcullis.Cli.Migration;

/// <summary><c>assets import FILE… | --table NAME</c>: brings the rows of SMDE's asset table into the service. Good rows go in although others are bad.</summary>
internal static class AssetsImportCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "Format of the assets' tokens: v1 keeps SMDE's policies, v2 converts them.", DefaultValueFactory = _ => "v1" };
        format.AcceptOnlyFromAmong("v1", "v2");
        var arming = new Option<string>("--arming") { Description = "Whether automatic verdicts on the assets block (armed) or are only shown (shadow).", DefaultValueFactory = _ => "armed" };
        arming.AcceptOnlyFromAmong("armed", "shadow");
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and check, without a service: nothing is stored." };
        var command = new Command("import", "Imports assets from SMDE's table; one that is there already is replaced.") { format, arming, dryRun };
        var source = new SmdeSourceOptions(command, "asset");
        return ServiceOptions.AttachUnconnected(command, async (connect, terminal, parse, cancellationToken) =>
        {
            var rows = SmdeExport.Read(
                await source.ReadAsync(parse, cancellationToken), parse.GetRequiredValue(format) == "v1" ? TokenFormat.V1 : TokenFormat.V2,
                parse.GetRequiredValue(arming) == "shadow" ? Arming.Shadow : Arming.Armed, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
            var isDry = parse.GetValue(dryRun);
            if (!isDry && rows.Any(row => !row.IsRefused))
            {
                using var client = connect();
                rows = await StoreAsync(client, rows, cancellationToken);
            }
            Report(terminal, rows, isDry);
            return rows.Any(row => row.IsRefused) ? ExitCode.Refused : ExitCode.Ok;
        });
    }

    private static async Task<List<ImportedRow>> StoreAsync(ServiceClient client, List<ImportedRow> rows, CancellationToken cancellationToken)
    {
        var stored = new List<ImportedRow>(rows.Count);
        ServiceFailure? end = null;
        foreach (var row in rows)
        {
            if (row.Asset is null || end is not null)
            {
                stored.Add(row.Asset is null ? row : row.Refused("", $"was not sent: {end!.Message}"));
                continue;
            }
            try
            {
                await client.PutAssetAsync(row.Asset, cancellationToken);
                stored.Add(row);
            }
            catch (ServiceFailure failure)
            {
                stored.Add(row.Refused("", failure.Message));
                // No other row would fare better.
                end = failure.Status is null or 401 or 403 ? failure : null;
            }
        }
        return stored;
    }

    private static void Report(Terminal terminal, List<ImportedRow> rows, bool isDry)
    {
        var refused = rows.Count(row => row.IsRefused);
        terminal.Result(new { dryRun = isDry, imported = isDry ? 0 : rows.Count - refused, refused, rows });
        if (terminal.Json)
            return;
        foreach (var row in rows)
        {
            if (row.IsRefused)
            {
                foreach (var line in row.ErrorLines())
                    terminal.Diagnostic(line);
                continue;
            }
            terminal.Line($"{row.Id} {(isDry ? "can be imported" : "is imported")}");
            terminal.Lines(row.NoteLines());
        }
        terminal.Line($"{rows.Count - refused} {(isDry ? "can be imported" : "imported")}, {refused} refused");
    }
}
