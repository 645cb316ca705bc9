using FsCheck;
using FsCheck.Fluent;
using Portcullis.Revocations;

namespace Portcullis.Enforcement;

/// <summary>Blocks to plan with: short ones of few characters, which begin and resemble each other, beside those as they are minted.</summary>
internal static class PlanCases
{
    /// <summary>How many cases a property is tried on.</summary>
    public static readonly int Cases = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 20_000 : 300;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Few characters, so that texts share their starts, and are each other's starts.</summary>
    private static readonly Gen<string> Alike = from length in Gen.Choose(1, 7) from text in Text("aAb_-", length) select text;

    private static readonly Gen<string> Minted = from length in Gen.Elements(12, 16, 48) from text in Text(Base62, length) select text;

    private static readonly Gen<string> AnyForm = from length in Gen.Choose(1, 64) from text in Text(Base62 + "_-", length) select text;

    public static readonly Gen<string> Tags = Gen.OneOf(Text("aA", 10), Text(Base62, 10), Gen.Elements("abcdefghij", "abcdefghiJ", "bbcdefghij"));

    public static readonly Gen<string> Sids = Gen.OneOf(Alike, Minted, AnyForm, Minted.Select(sid => "eyJ" + sid[3..]), from tag in Tags from rest in Gen.OneOf(Alike, Minted) select $"{tag}_{rest}");

    public static readonly Gen<Block> AnyBlock =
        from subject in Gen.Frequency((5, Sids.Select(Subject.Session)), (1, Tags.Select(Subject.Account)))
        from until in Gen.Choose(900, 1_100)
        from heat in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 5)))
        select new Block(subject, until, heat);

    /// <summary>None, a few, or many blocks.</summary>
    public static readonly Gen<Block[]> Blocks =
        from count in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(1, 10)), (3, Gen.Choose(10, 120)))
        from blocks in AnyBlock.ArrayOf(count)
        select blocks;

    public static Gen<string> Text(string alphabet, int length) => Gen.Elements(alphabet.ToCharArray()).ArrayOf(length).Select(text => new string(text));

    /// <summary>Sids as they are minted, the same for every run.</summary>
    public static IEnumerable<string> Drawn(int count, Func<Random, string> draw)
    {
        var random = new Random(5);
        return Enumerable.Range(0, count).Select(_ => draw(random));
    }

    public static string Random(this Random random, int length) => new(random.GetItems<char>(Base62, length));

    public static IEnumerable<Block> Hottest(IEnumerable<string> sids) => sids.Select(sid => new Block(Subject.Session(sid), 2_000));
}
