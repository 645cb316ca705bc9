using System.CommandLine;
using Portcullis.Cli.Simulation;

namespace Portcullis.Cli.Commands;

/// <summary><c>simulate pirate | viewer</c>: real playback against a running service.</summary>
internal static class SimulateCommand
{
    public static Command Create() => new("simulate", "Plays a protected asset for real, as a pirate's audience or as an honest viewer.")
    {
        CreatePirate(),
        CreateViewer(),
    };

    private static Command CreatePirate()
    {
        var asset = Asset();
        var viewers = new Option<int>("--viewers") { Description = "Viewers who share one token.", DefaultValueFactory = _ => 4, HelpName = "N" };
        viewers.Between(2, ViewerIdentity.MostNetworks);
        var stagger = new Option<double>("--stagger") { Description = "Seconds between the starts of two viewers.", DefaultValueFactory = _ => 1, HelpName = "S" };
        stagger.Between(0, 3600);
        var timeout = new Option<double>("--timeout") { Description = "Seconds after which to give up.", DefaultValueFactory = _ => 60, HelpName = "S" };
        timeout.Between(0.1, 86_400);
        var command = new Command("pirate", "Shares one token among viewers until the edge blocks them all; exit 0 when it does.") { asset, viewers, stagger, timeout };
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
        {
            var options = new PirateOptions(
                parse.GetRequiredValue(asset),
                parse.GetValue(viewers),
                TimeSpan.FromSeconds(parse.GetValue(stagger)),
                TimeSpan.FromSeconds(parse.GetValue(timeout)));
            return new PirateSimulation(client, terminal, options).RunAsync(cancellationToken);
        });
    }

    private static Command CreateViewer()
    {
        var asset = Asset();
        var minutes = new Option<double>("--minutes") { Description = "How long to watch.", DefaultValueFactory = _ => 2, HelpName = "M" };
        minutes.Between(0.01, 1440);
        var changes = new Option<int>("--network-changes") { Description = "How often to change network, evenly spread.", DefaultValueFactory = _ => 1, HelpName = "N" };
        changes.Between(0, 50);
        var command = new Command("viewer", "Watches as one honest viewer; exit 0 when never blocked.") { asset, minutes, changes };
        return ServiceOptions.Attach(command, (client, terminal, parse, cancellationToken) =>
        {
            var options = new ViewerOptions(parse.GetRequiredValue(asset), TimeSpan.FromMinutes(parse.GetValue(minutes)), parse.GetValue(changes));
            return new ViewerSimulation(client, terminal, options).RunAsync(cancellationToken);
        });
    }

    private static Option<string> Asset() =>
        new("--asset") { Description = "Id of the asset to play.", DefaultValueFactory = _ => "sample-live", HelpName = "ID" };
}
