using System.CommandLine;
using System.CommandLine.Parsing;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Commands;

/// <summary>The options of every command about many decisions: which, whether only to count, and how to finish one that was cut short.</summary>
internal sealed class BulkOptions
{
    private readonly CriteriaOptions _criteria = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only count what would be changed." };
    private readonly Option<string?> _requestId = new("--request-id") { Description = "Repeat with the same id to finish what was cut short: nothing is done twice.", HelpName = "ID" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _criteria.AddTo(command);
        command.Add(_dryRun);
        command.Add(_requestId);
    }

    /// <summary>Refuses an invocation that says which decisions are meant neither by id nor by criteria, or by both.</summary>
    /// <param name="result">The command with what was said.</param>
    /// <param name="hasIds">Whether ids were given.</param>
    public void Check(CommandResult result, bool hasIds)
    {
        if (hasIds == _criteria.IsAnyGiven(result))
        {
            result.AddError("say which decisions: either by id, or by at least one of --from --to --asset --detector --policy-version --source --actor --user-agent --asn");
        }
    }

    /// <summary>The request that was asked for.</summary>
    /// <param name="parse">The parsed invocation.</param>
    /// <param name="ids">Ids that were given; none to go by criteria.</param>
    /// <param name="reason">Why.</param>
    public BulkRequest Read(ParseResult parse, IReadOnlyList<string> ids, string reason) =>
        new(ids.Count == 0 ? null : ids, _criteria.Read(parse.CommandResult), reason, parse.GetValue(_dryRun), parse.GetValue(_requestId));

    /// <summary>The outcome in words.</summary>
    /// <param name="verb">What was done: lifted, released, dropped.</param>
    /// <param name="outcome">What it came to.</param>
    public static string Text(string verb, BulkOutcome outcome) =>
        outcome.DryRun ? $"would have {verb} {outcome.Matched}; nothing was changed" : $"{verb} {outcome.Done} (request id {outcome.RequestId})";
}
