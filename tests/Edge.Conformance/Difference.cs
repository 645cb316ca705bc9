using System.Text.Json;

namespace Portcullis.Edge.Conformance;

/// <summary>A case on which two implementations disagree, made as small as it still does.</summary>
internal static class Difference
{
    private static readonly JsonSerializerOptions Shown = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Takes away what is not needed for the disagreement, round by round.</summary>
    public static async Task<string> MinimalAsync(string engine, EdgeCase differing)
    {
        for (var smaller = true; smaller;)
        {
            smaller = false;
            var variants = Variants(differing).Select((variant, id) => variant with { Id = id }).ToList();
            var verdicts = await JavaScriptJudge.JudgeAsync(engine, variants);
            for (var i = 0; i < variants.Count && !smaller; i++)
            {
                if (!Differ(CoreJudge.Judge(variants[i]), verdicts[i]))
                    continue;
                differing = variants[i];
                smaller = true;
            }
        }
        var theirs = (await JavaScriptJudge.JudgeAsync(engine, [differing]))[0];
        var ours = CoreJudge.Judge(differing);
        return $"Core says {ours.Status} {ours.Reason}, {engine} says {theirs.Status} {theirs.Reason}; {differing.Story}\n{JsonSerializer.Serialize(differing, Shown)}";
    }

    public static bool Differ(EdgeVerdict ours, HarnessVerdict theirs) => (ours.Status, ours.Reason) != (theirs.Status, theirs.Reason);

    private static IEnumerable<EdgeCase> Variants(EdgeCase whole)
    {
        if (whole.Fail.Length > 0)
            yield return whole with { Fail = [] };
        if (whole.Method != "GET")
            yield return whole with { Method = "GET" };
        if (whole.Query.Length > 0)
            yield return whole with { Query = "" };
        if (whole.Country is not null)
            yield return whole with { Country = null };
        if (whole.Region is not null)
            yield return whole with { Region = null };
        if (whole.City is not null)
            yield return whole with { City = null };
        foreach (var header in whole.Headers.Keys)
            yield return whole with { Headers = new(whole.Headers.Where(entry => entry.Key != header).ToDictionary()) };
        foreach (var key in whole.Store.Keys)
            yield return whole with { Store = new(whole.Store.Where(entry => entry.Key != key).ToDictionary()) };
        if (whole.Now != Corpus.Now)
            yield return whole with { Now = Corpus.Now };
    }
}
