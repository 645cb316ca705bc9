using System.CommandLine;
using System.CommandLine.Parsing;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;

namespace Portcullis.Cli.Commands;

/// <summary>The options that every command against a running service has, and how such a command runs.</summary>
internal sealed class ServiceOptions
{
    private readonly Option<Uri?> _api = new("--api")
    {
        Description = "Base URL of the service (default: the running local service, from connection.json in PORTCULLIS_DATA).",
        HelpName = "URL",
        CustomParser = ParseUrl,
    };

    private readonly Option<FileInfo> _keyFile = new Option<FileInfo>("--api-key-file")
    {
        Description = "File whose only line is an API key (default: the local service's admin key).",
        HelpName = "F",
    }.AcceptExistingOnly();

    private readonly Option<bool> _json = new("--json") { Description = "Write the result as JSON to standard output." };

    /// <summary>Adds the options to a command and makes it run <paramref name="action"/> with a connected client.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does; returns the exit code. A <see cref="FormatException"/> is bad usage, told to the operator.</param>
    public static Command Attach(Command command, Func<ServiceClient, Terminal, ParseResult, CancellationToken, Task<int>> action) =>
        AttachUnconnected(command, async (connect, terminal, parse, cancellationToken) =>
        {
            using var client = connect();
            return await action(client, terminal, parse, cancellationToken);
        });

    /// <summary>As <see cref="Attach"/>, for a command that may do without a service: the action connects when it needs to.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does; returns the exit code. Its first argument finds the service, or throws <see cref="ServiceFailure"/>.</param>
    public static Command AttachUnconnected(Command command, Func<Func<ServiceClient>, Terminal, ParseResult, CancellationToken, Task<int>> action)
    {
        var options = new ServiceOptions();
        command.Add(options._api);
        command.Add(options._keyFile);
        command.Add(options._json);
        command.SetAction((parse, cancellationToken) => options.RunAsync(parse, action, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult parse, Func<Func<ServiceClient>, Terminal, ParseResult, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var terminal = Terminal.Of(parse, parse.GetValue(_json));
        try
        {
            return await action(() => Connect(parse), terminal, parse, cancellationToken);
        }
        catch (FormatException mistake)
        {
            terminal.Diagnostic($"{parse.CommandResult.Command.Name}: {mistake.Message}");
            return ExitCode.BadUsage;
        }
        catch (ServiceFailure failure)
        {
            terminal.Diagnostic(failure.Message);
            return ExitCode.Refused;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Diagnostic("stopped");
            return ExitCode.Refused;
        }
    }

    private ServiceClient Connect(ParseResult parse)
    {
        var folder = ConnectionFile.DataFolder(Environment.GetEnvironmentVariable);
        return new ServiceClient(ServiceConnection.Discover(parse.GetValue(_api), parse.GetValue(_keyFile), folder));
    }

    private static Uri? ParseUrl(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0)
        {
            return url;
        }

        argument.AddError("--api must be an http or https URL without query and user, such as http://127.0.0.1:5080");
        return null;
    }
}
