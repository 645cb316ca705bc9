using System.Globalization;
using Portcullis.Tokens;

namespace Portcullis.Edge.Conformance;

/// <summary>Core and the CloudFront function, under node and njs, give the same verdict on every case of the corpus.</summary>
public sealed class ConformanceTests
{
    private const int Cases = 20_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    private static int Count => Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 10 * Cases : Cases;

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("njs")]
    public async Task Corpus_EveryCase_CoreAndFunctionAgree(string engine)
    {
        Skip.IfNot(JavaScriptJudge.Has("node"), "node is missing");
        Skip.IfNot(JavaScriptJudge.Has(engine), $"{engine} is missing");
        var cases = new Corpus(Seed).Cases(Count).ToList();

        var verdicts = await JavaScriptJudge.JudgeAsync(engine, cases);

        Assert.Equal(cases.Count, verdicts.Count);
        for (var i = 0; i < cases.Count; i++)
        {
            if (Difference.Differ(CoreJudge.Judge(cases[i]), verdicts[i]))
                Assert.Fail(await Difference.MinimalAsync(engine, cases[i]));
            Assert.InRange(verdicts[i].Reads, 0, 3);
            // What is forwarded is the path that was judged.
            if (verdicts[i].Status == 200)
                Assert.NotNull(MediaPath.Normalize(System.Text.Encoding.Latin1.GetBytes(verdicts[i].Uri!)));
        }
    }

    [Fact]
    public void Corpus_Verdicts_AreOfEveryKind()
    {
        var reasons = new Corpus(Seed).Cases(Cases).Select(CoreJudge.Judge).GroupBy(verdict => verdict.Reason).ToDictionary(group => group.Key, group => group.Count());

        foreach (var reason in Enum.GetValues<TokenRejection>().Select(TokenRejections.PublicReason).Distinct())
            Assert.InRange(reasons.GetValueOrDefault(reason), 50, Cases);
        Assert.InRange(reasons["ok"], Cases / 10, Cases);
    }

    [Fact]
    public void Corpus_SameSeed_IsTheSame() =>
        Assert.Equal(new Corpus(7).Cases(200).Select(edgeCase => edgeCase.Uri + edgeCase.Query), new Corpus(7).Cases(200).Select(edgeCase => edgeCase.Uri + edgeCase.Query));
}
