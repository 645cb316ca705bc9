using System.Text;

namespace Portcullis.Enforcement.Waf;

/// <summary>
/// The shortest regular expression that is a choice between given texts, none of which begins another, common leading characters factored
/// out: of <c>Abc</c>, <c>Abd</c> and <c>Axy</c> it makes <c>A(bc|bd|xy)</c>. Texts are of <c>A-Za-z0-9_-</c>, so nothing needs an escape.
/// </summary>
/// <remarks>
/// Texts are a tree by their common starts. A branching whose edge has <c>e</c> characters and whose choices are <c>n</c> costs <c>e</c> and two
/// parentheses factored, and <c>e</c> for each choice otherwise; so it is factored when <c>e + 2 &lt;= n * e</c>. Where a text ends that
/// others begin with, nothing is factored, at the cost of some characters: a choice would be empty, and engines differ in whether they take
/// that. Groups are plain parentheses; engines like WAF's capture nothing.
/// </remarks>
internal static class Alternation
{
    /// <summary>Length of <see cref="Of"/> in characters.</summary>
    /// <param name="sorted">At least one text; ordinally sorted and distinct.</param>
    public static int Length(ReadOnlySpan<string> sorted)
    {
        var common = RootOf(sorted);
        var size = Measure(sorted, common);
        return common + size.Grouped;
    }

    /// <summary>The expression, in parentheses where it is a choice.</summary>
    /// <inheritdoc cref="Length"/>
    public static string Of(ReadOnlySpan<string> sorted)
    {
        var common = RootOf(sorted);
        var choices = new List<string>();
        Collect(sorted, common, choices);
        return string.Concat(sorted[0].AsSpan(0, common), Grouped(choices));
    }

    /// <summary>Where the first branching is; the start where one text begins all others, as that leaves an empty choice.</summary>
    private static int RootOf(ReadOnlySpan<string> sorted)
    {
        if (sorted.Length == 1)
            return 0;
        var common = CommonLength(sorted[0], sorted[^1]);
        return common == sorted[0].Length ? 0 : common;
    }

    private static ChoiceSize Measure(ReadOnlySpan<string> sorted, int depth)
    {
        var size = default(ChoiceSize);
        for (var i = 0; i < sorted.Length;)
        {
            var branch = BranchAt(sorted, i, depth);
            i += branch.Length;
            if (branch.Length == 1)
            {
                size = size.Plus(branch[0].Length - depth, 1);
                continue;
            }
            var branching = BranchingOf(branch, depth);
            var below = Measure(branch, depth + branching.Edge);
            size = branching.IsFactored(below.Count) ? size.Plus(branching.Edge + below.Grouped, 1) : size.Plus(below.Characters + (branching.Edge * below.Count), below.Count);
        }
        return size;
    }

    private static void Collect(ReadOnlySpan<string> sorted, int depth, List<string> choices)
    {
        for (var i = 0; i < sorted.Length;)
        {
            var branch = BranchAt(sorted, i, depth);
            i += branch.Length;
            if (branch.Length == 1)
            {
                choices.Add(branch[0][depth..]);
                continue;
            }
            var branching = BranchingOf(branch, depth);
            var edge = branch[0].Substring(depth, branching.Edge);
            var below = new List<string>();
            Collect(branch, depth + branching.Edge, below);
            if (branching.IsFactored(below.Count))
                choices.Add(edge + Grouped(below));
            else
                choices.AddRange(below.Select(choice => edge + choice));
        }
    }

    private static Branching BranchingOf(ReadOnlySpan<string> branch, int depth)
    {
        var end = CommonLength(branch[0], branch[^1]);
        return new Branching(end - depth, branch[0].Length == end);
    }

    /// <summary>The texts from an index on that go on with the same character.</summary>
    private static ReadOnlySpan<string> BranchAt(ReadOnlySpan<string> sorted, int index, int depth)
    {
        var end = index + 1;
        if (sorted[index].Length > depth)
        {
            while (end < sorted.Length && sorted[end][depth] == sorted[index][depth])
                end++;
        }
        return sorted[index..end];
    }

    private static int CommonLength(string left, string right) => left.AsSpan().CommonPrefixLength(right);

    private static string Grouped(List<string> choices) =>
        choices.Count == 1 ? choices[0] : new StringBuilder().Append('(').AppendJoin('|', choices).Append(')').ToString();

    /// <summary>Where texts part.</summary>
    /// <param name="Edge">Characters since the branching above.</param>
    /// <param name="EndsText">Whether one of the texts ends here.</param>
    private readonly record struct Branching(int Edge, bool EndsText)
    {
        public bool IsFactored(int choices) => !EndsText && Edge + 2 <= Edge * choices;
    }

    /// <summary>Characters and number of a list of choices.</summary>
    private readonly record struct ChoiceSize(int Characters, int Count)
    {
        /// <summary>Length with bars and parentheses.</summary>
        public int Grouped => Count == 1 ? Characters : Characters + Count + 1;

        public ChoiceSize Plus(int characters, int count) => new(Characters + characters, Count + count);
    }
}
