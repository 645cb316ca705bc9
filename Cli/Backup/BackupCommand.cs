using System.CommandLine;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Local.Backup;
using Portcullis.Local.Storage;

namespace Portcullis.Cli.Backup;

/// <summary><c>backup</c> and <c>restore</c>: the embedded store in one file, and back.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "The archive to write; nothing is overwritten.", HelpName = "FILE", Required = true };
        var seal = new Option<string?>("--seal-out") { Description = "Writes the key that opens the sealed keys into a file of its own, to be kept elsewhere.", HelpName = "FILE" };
        return Attach(
            new Command("backup", "Copies decisions, assets and keys of the local installation into one file, also while the service runs.") { output, seal },
            (parse, terminal, folder) =>
            {
                var manifest = InstallationBackup.Create(folder, parse.GetRequiredValue(output), parse.GetValue(seal), TimeProvider.System.GetUtcNow());
                terminal.Result(manifest);
                terminal.Line($"{parse.GetRequiredValue(output)}: decisions up to {manifest.Sequence}, {string.Join(", ", manifest.Entries.Select(entry => $"{entry.Name} ({entry.Length:N0} bytes)"))}");
                terminal.Line(parse.GetValue(seal) is { } apart ? $"{apart}: opens its keys; keep it apart" : "It holds the keys and what opens them: keep it as you keep a key.");
            });
    }

    public static Command CreateRestore()
    {
        var from = new Option<string>("--from") { Description = "The archive.", HelpName = "FILE", Required = true };
        var seal = new Option<string?>("--seal") { Description = "The file with the key that opens the sealed keys, where it is not in the archive.", HelpName = "FILE" };
        return Attach(
            new Command("restore", "Brings a backup back into a data folder that holds no installation; the service must not run.") { from, seal },
            (parse, terminal, folder) =>
            {
                var manifest = InstallationBackup.Restore(parse.GetRequiredValue(from), parse.GetValue(seal), folder);
                terminal.Result(manifest);
                terminal.Line($"{folder}: as of {manifest.At:u}, decisions up to {manifest.Sequence}");
            });
    }

    private static Command Attach(Command command, Action<ParseResult, Terminal, string> run)
    {
        var data = new Option<string?>("--data") { Description = $"The data folder (default: {DataFolder.Variable}, or the user's local application data).", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "Prints what the backup holds as JSON." };
        command.Options.Add(data);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            var terminal = Terminal.Of(parse, parse.GetValue(json));
            try
            {
                run(parse, terminal, parse.GetValue(data) ?? DataFolder.DefaultPath());
                return ExitCode.Ok;
            }
            catch (Exception error) when (error is InvalidOperationException or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
            {
                terminal.Diagnostic(error.Message);
                return ExitCode.Refused;
            }
        });
        return command;
    }
}
