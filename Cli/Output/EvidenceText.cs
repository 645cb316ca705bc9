using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Output;

/// <summary>Evidence as sentences, heaviest first.</summary>
internal static class EvidenceText
{
    public static IEnumerable<string> Lines(IReadOnlyList<EvidenceRecord> evidence)
    {
        if (evidence.Count == 0)
        {
            yield break;
        }

        yield return "evidence";
        foreach (var item in evidence.OrderByDescending(static e => e.Weight))
        {
            yield return $"  {item.Weight,3:0}  {item.Sentence} [{item.Detector}]";
        }
    }
}
