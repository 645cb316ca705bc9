using System.CommandLine;
using Portcullis.Cli.Migration;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary><c>assets [ID]</c>: the titles under protection, or one with its policy; <c>assets import</c> brings in SMDE's.</summary>
internal static class AssetsCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "Show this asset with its token policy.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("assets", "Lists the assets under protection, or shows one.") { id, AssetsImportCommand.Create() };
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
            parse.GetValue(id) is { } asset
                ? ShowAsync(client, terminal, asset, cancellationToken)
                : ListAsync(client, terminal, cancellationToken));
    }

    private static async Task<int> ShowAsync(ServiceClient client, Terminal terminal, string id, CancellationToken cancellationToken)
    {
        var asset = await client.AssetAsync(id, cancellationToken);
        terminal.Result(asset);
        terminal.Lines(JsonTree.Lines(asset));
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(ServiceClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var answer = await client.AssetsAsync(cancellationToken);
        terminal.Result(answer);
        var table = new TextTable("ASSET", "FORMAT", "ARMING", "HOST", "PATH");
        foreach (var asset in client.Read<AssetList>(answer).Assets)
        {
            table.Add(asset.Id, asset.Format, asset.Arming, asset.Host, asset.Path);
        }

        terminal.Lines(table.Lines());
        return ExitCode.Ok;
    }
}
