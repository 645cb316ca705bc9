using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Portcullis.Enforcement.Waf;

public sealed class AlternationTests
{
    private static readonly Arbitrary<string[]> Texts =
        PlanCases.Sids.ArrayOf().Where(texts => texts.Length > 0).Select(texts => texts.Distinct().Order(StringComparer.Ordinal).ToArray()).Values();

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abc abd", "ab(c|d)")]
    [InlineData("a b", "(a|b)")]
    [InlineData("a ab", "(a|ab)")]
    [InlineData("xa xab y", "(xa|xab|y)")]
    [InlineData("ab1 ab2 ac3 ad4", "a(b1|b2|c3|d4)")]
    [InlineData("1 ab1 ab2 ab3 ac", "(1|ab(1|2|3)|ac)")]
    [InlineData("1 abb1 abb2 ac", "(1|abb(1|2)|ac)")]
    public void Of_Texts_IsTheShortest(string texts, string expected) => Assert.Equal(expected, Alternation.Of(texts.Split(' ')));

    [Fact]
    public void Length_AnyTexts_IsThatOfTheExpression() =>
        Seeded.Holds(Texts, texts => Alternation.Length(texts) == Alternation.Of(texts).Length, PlanCases.Cases);

    [Fact]
    public void Length_TextsThatBeginNoOther_IsTheLeastOfAllWaysToFactor() =>
        Seeded.Holds(Texts, texts =>
        {
            var apart = texts.Where((text, i) => i + 1 == texts.Length || !texts[i + 1].StartsWith(text, StringComparison.Ordinal)).ToArray();
            return Alternation.Length(apart) == Ways(apart, 0).Min(Grouped);
        }, PlanCases.Cases);

    [Fact]
    public void Of_AnyTexts_IsNeverLongerThanThePlainChoice() =>
        Seeded.Holds(Texts, texts => Alternation.Of(texts).Length <= string.Join('|', texts).Length + (texts.Length > 1 ? 2 : 0), PlanCases.Cases);

    [Fact]
    public void Of_AnyTexts_HasNoRepetitionAndNoEmptyChoice() =>
        Seeded.Holds(Texts, texts => !Regex.IsMatch(Alternation.Of(texts), @"[^A-Za-z0-9_\-(|)]|\(\||\|\||\|\)|\(\)"), PlanCases.Cases);

    /// <summary>Characters and number of choices of every way to factor texts from a depth on, character by character.</summary>
    private static HashSet<(int Characters, int Count)> Ways(IReadOnlyList<string> texts, int depth)
    {
        if (texts.All(text => text.Length == depth))
            return [(0, 1)];
        HashSet<(int Characters, int Count)> ways = [(0, 0)];
        foreach (var branch in texts.GroupBy(text => text[depth]))
        {
            var below = Ways([.. branch], depth + 1);
            var apart = below.Select(way => (way.Characters + way.Count, way.Count));
            var factored = below.Select(way => (1 + Grouped(way), 1));
            ways = [.. ways.SelectMany(way => apart.Concat(factored), (way, other) => (way.Characters + other.Item1, way.Count + other.Item2))];
        }
        return ways;
    }

    private static int Grouped((int Characters, int Count) way) => way.Count == 1 ? way.Characters : way.Characters + way.Count + 1;
}
