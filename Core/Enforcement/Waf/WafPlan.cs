using System.Globalization;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Enforcement.Waf;

/// <summary>
/// What a WAFv2 rule group must hold: rules that block the paths of revoked sessions and accounts, as many as fit. Immutable and pure; an
/// empty plan has no rules, which UpdateRuleGroup takes.
/// </summary>
/// <remarks>
/// A sid is matched in <c>/sid.rest</c> (token in the path) and <c>/sid/rest</c> (signed URL or cookie), exactly; one that was not drawn
/// (<see cref="SessionId.HasDrawnForm"/>) where a whole token follows it only. Paths are compared as they came, undecoded and case-sensitively:
/// a token segment in another form is refused by the edge function. Why the rules look as they do: docs/design/enforcement-plans.md.
/// </remarks>
public sealed class WafPlan
{
    /// <summary>Most web ACL capacity units (WCU) of a rule group.</summary>
    public const int MaxCapacity = 5_000;

    /// <summary>WCU of one RegexMatchStatement on the URI path without text transformation.</summary>
    public const int StatementCapacity = 3;

    /// <summary>Most statements in a rule: 17 rules hold the largest rule group, and their answers' headers stay below AWS's 100.</summary>
    public const int StatementsPerRule = 100;

    /// <summary>A rule group without rules.</summary>
    public static readonly WafPlan Empty = OfRules([]);

    private WafPlan(IReadOnlyList<WafRule> rules) => Rules = rules;

    /// <summary>The rules of the rule group.</summary>
    public IReadOnlyList<WafRule> Rules { get; }

    /// <summary>The ledger sequence the plan was drawn from.</summary>
    public long Version { get; private init; }

    /// <summary>Revoked sessions that the rules match by themselves.</summary>
    public int Sids { get; private init; }

    /// <summary>Blocked accounts that the rules match.</summary>
    public int AccountTags { get; private init; }

    /// <summary>Revoked sessions that the rules match by their account, without an entry of their own.</summary>
    public int Covered { get; private init; }

    /// <summary>Blocked accounts and sessions that did not fit.</summary>
    public int LeftOut { get; private init; }

    /// <summary>WCU that the rules use.</summary>
    public int Capacity => StatementCapacity * Rules.Sum(rule => rule.Patterns.Count);

    /// <summary>
    /// Draws the plan. It holds the longest start of <see cref="Block.InOrder"/> that fits, so nothing that is left out comes before
    /// anything that is held. A session whose account is held needs no entry.
    /// </summary>
    /// <param name="blocks">What to block; what has ended is for the caller to leave out.</param>
    /// <param name="capacity">WCU of the rule group, 0 to <see cref="MaxCapacity"/>.</param>
    /// <param name="version">The ledger sequence that the blocks are from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    /// <exception cref="ArgumentException">A subject does not have the form that its kind asks for.</exception>
    public static WafPlan Draw(IEnumerable<Block> blocks, int capacity, long version = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        var values = Block.InOrder(blocks).ToLookup(block => block.Subject.Kind, block => block.Subject.Value);
        List<string> tags = [.. values[SubjectKind.Account]];
        var accounts = PatternPacker.AccountTags.Pack(tags, capacity / StatementCapacity);
        var held = tags.Take(accounts.Held).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        var all = values[SubjectKind.Session];
        List<string> sids = [.. all.Where(sid => !held.Contains(SessionId.AccountTagOf(sid)))];
        // Where an account had no room, no session goes before it.
        var room = accounts.Held == tags.Count ? (capacity / StatementCapacity) - accounts.Patterns.Count : 0;
        var sessions = PatternPacker.Sids.Pack(sids, room);
        return new WafPlan(ToRules([.. accounts.Patterns, .. sessions.Patterns]))
        {
            Version = version,
            AccountTags = accounts.Held,
            Sids = sessions.Held,
            Covered = all.Count() - sids.Count,
            LeftOut = tags.Count - accounts.Held + sids.Count - sessions.Held,
        };
    }

    /// <summary>What a target was found to hold, to be compared with a plan; how many sessions that is cannot be told from rules.</summary>
    /// <param name="rules">The rules. One that is not wholly as a plan's (another action, answer or statement) must not be given as if it were.</param>
    public static WafPlan OfRules(IReadOnlyList<WafRule> rules) => new([.. rules]);

    /// <summary>Whether two plans ask the same of the target, whatever their version.</summary>
    public bool AsksTheSameAs(WafPlan other) => Rules.SequenceEqual(other.Rules);

    private static WafRule[] ToRules(IEnumerable<string> patterns) =>
        [.. patterns.Chunk(StatementsPerRule).Select((chunk, index) => new WafRule("portcullis-" + (index + 1).ToString("00", CultureInfo.InvariantCulture), index, chunk))];
}
