using Portcullis.Tokens;

namespace Portcullis.Enforcement.Waf;

/// <summary>Packs session ids, or account tags, into as few path patterns as possible.</summary>
/// <param name="tailOf">What must follow a text in a path, and ends its pattern: texts of one tail share patterns.</param>
internal sealed class PatternPacker(Func<string, string> tailOf)
{
    /// <summary>Longest pattern, in characters: AWS's quota, which cannot be raised.</summary>
    public const int MaxLength = 200;

    /// <summary>Most texts in a pattern. AWS refuses a "large number of | branches" without saying which; 12 characters and more never come near.</summary>
    public const int MaxTexts = 32;

    private const string Head = "^/";

    private const string AfterSid = "[./]", BeforeToken = @"(\.[\w-]+){3}/", AfterTag = @"_[\w-]+[./]";

    /// <summary>
    /// For sids: matches the first path segment <c>sid</c>, or one that begins with <c>sid.</c>; of a sid that was not drawn, a segment of sid and
    /// token alone, for it may be the name of a folder or file, or the header of tokens that have no sid.
    /// </summary>
    public static readonly PatternPacker Sids = new(sid => SessionId.HasDrawnForm(sid) ? AfterSid : BeforeToken);

    /// <summary>For account tags: the first path segment of every sid that begins with the tag and an underscore.</summary>
    public static readonly PatternPacker AccountTags = new(_ => AfterTag);

    /// <summary>The longest start of a list in order of priority that fits.</summary>
    /// <param name="texts">Distinct texts, most important first.</param>
    /// <param name="patterns">Most patterns.</param>
    public Packing Pack(IReadOnlyList<string> texts, int patterns)
    {
        var most = (int)Math.Min(texts.Count, (long)patterns * MaxTexts);
        var ranks = Enumerable.Range(0, most).ToArray();
        var sorted = texts.Take(most).ToArray();
        Array.Sort(sorted, ranks, Comparer<string>.Create(Compare));

        // More texts never need fewer patterns, so the end is found by halving.
        var chosen = new string[most];
        var (held, tooMany) = (0, most + 1);
        for (var count = most; held + 1 < tooMany; count = (held + tooMany) / 2)
        {
            if (Cut(Choose(sorted, ranks, count, chosen), patterns) is null)
                tooMany = count;
            else
                held = count;
        }
        var rest = Choose(sorted, ranks, held, chosen);
        var packed = new List<string>();
        foreach (var length in Cut(rest, patterns)!)
        {
            packed.Add(Head + Alternation.Of(rest[..length]) + tailOf(rest[0]));
            rest = rest[length..];
        }
        return new Packing(held, packed);
    }

    /// <summary>By tail, then by text.</summary>
    private int Compare(string left, string right) => string.CompareOrdinal(tailOf(left), tailOf(right)) is var byTail and not 0 ? byTail : string.CompareOrdinal(left, right);

    /// <summary>Keeps those among sorted texts that come before a rank.</summary>
    private static ReadOnlySpan<string> Choose(string[] sorted, int[] ranks, int before, string[] chosen)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (ranks[i] < before)
                chosen[count++] = sorted[i];
        }
        return chosen.AsSpan(0, count);
    }

    /// <summary>
    /// Cuts sorted texts into runs of one tail, each as long as a pattern has room; null when that makes too many. Neighbours have the most leading
    /// characters in common, and no other way to cut the same order makes fewer runs.
    /// </summary>
    private List<int>? Cut(ReadOnlySpan<string> sorted, int patterns)
    {
        var runs = new List<int>();
        for (var start = 0; start < sorted.Length; start += runs[^1])
        {
            if (runs.Count == patterns)
                return null;
            var tail = tailOf(sorted[start]);
            var room = MaxLength - Head.Length - tail.Length;
            var length = 1;
            while (length < MaxTexts && start + length < sorted.Length && tailOf(sorted[start + length]) == tail && Alternation.Length(sorted.Slice(start, length + 1)) <= room)
                length++;
            runs.Add(length);
        }
        return runs;
    }

    /// <summary>What was packed.</summary>
    /// <param name="Held">How many texts, from the most important on.</param>
    /// <param name="Patterns">The patterns.</param>
    public readonly record struct Packing(int Held, IReadOnlyList<string> Patterns);
}
