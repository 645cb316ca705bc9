using System.CommandLine;
using System.CommandLine.Parsing;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary>The options by which a command about many decisions is told which.</summary>
internal sealed class CriteriaOptions
{
    private static readonly string[] Sources = ["auto", "manual", "watermark", "accountLimit"];

    private readonly Option<DateTimeOffset?> _from = new("--from") { Description = "Decided at this time or later, ISO 8601.", HelpName = "TIME", CustomParser = Moment.Parse };
    private readonly Option<DateTimeOffset?> _to = new("--to") { Description = "Decided before this time, ISO 8601.", HelpName = "TIME", CustomParser = Moment.Parse };
    private readonly Option<string?> _asset = new("--asset") { Description = "Of this asset.", HelpName = "ID" };
    private readonly Option<string?> _detector = new("--detector") { Description = "With a finding of this detector.", HelpName = "NAME" };
    private readonly Option<string?> _policy = new("--policy-version") { Description = "Judged by this version of the detection policy.", HelpName = "HASH" };
    private readonly Option<string?> _source = new Option<string?>("--source") { Description = "Decided by: auto, manual, watermark or accountLimit.", HelpName = "SOURCE" }.AcceptOnlyFromAmong(Sources);
    private readonly Option<string?> _actor = new("--actor") { Description = "Decided by whoever has this name.", HelpName = "NAME" };
    private readonly Option<string?> _agent = new("--user-agent") { Description = "Of sessions with this user agent, whole.", HelpName = "TEXT" };
    private readonly Option<uint?> _asn = new("--asn") { Description = "Of sessions in this autonomous system.", HelpName = "N" };

    private Option[] All => [_from, _to, _asset, _detector, _policy, _source, _actor, _agent, _asn];

    /// <summary>Whether any was given, right or wrong.</summary>
    public bool IsAnyGiven(CommandResult result) => All.Any(option => result.GetResult(option) is { Implicit: false });

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>What was said, or null when nothing was.</summary>
    /// <param name="result">The command with what was said.</param>
    public DecisionCriteria? Read(CommandResult result)
    {
        var criteria = new DecisionCriteria
        {
            From = result.GetValue(_from), To = result.GetValue(_to), Asset = result.GetValue(_asset), Detector = result.GetValue(_detector), PolicyVersion = result.GetValue(_policy),
            Source = result.GetValue(_source), Actor = result.GetValue(_actor), UserAgent = result.GetValue(_agent), Asn = result.GetValue(_asn),
        };
        return criteria.IsEmpty ? null : criteria;
    }
}
