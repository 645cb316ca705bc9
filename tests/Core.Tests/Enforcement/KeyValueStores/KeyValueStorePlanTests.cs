using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Portcullis.Keys;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Enforcement.KeyValueStores;

public sealed class KeyValueStorePlanTests
{
    private const long Now = 1_000;
    private const string Tag = "abcdefghij";

    private static readonly KeySet Keys = new("k1", [Gate.Key, SigningKey.ForV1("old", "secret1_value_to_replace")]);

    private static readonly Gen<KeySet> KeySets = Gen.Elements(KeySet.Empty, Keys, Gate.LiveKeys, new KeySet("k2", [Gate.KeyOf("k2", 9)]));

    private static readonly Gen<long> Rooms = Gen.Frequency((4, Gen.Choose(400, 3_000).Select(bytes => (long)bytes)), (1, Gen.Constant(KeyValueStorePlan.MaxBytes)));

    private static readonly Arbitrary<(Block[] Blocks, KeySet Keys, long MaxBytes)> Wanted =
        (from blocks in PlanCases.Blocks from keys in KeySets from room in Rooms select (blocks, keys, room)).Values();

    /// <summary>What a store may hold: parts of an earlier plan, changed values, what a stranger wrote; never more than there is room for.</summary>
    private static Gen<Dictionary<string, string>> Stores(Block[] blocks, long maxBytes) =>
        from earlier in PlanCases.Blocks
        from keys in KeySets
        from kept in Gen.Elements(0, 50, 100)
        from changed in Gen.Elements("", "1", "20000000000000000000000000000", "not a number")
        from foreign in Gen.Elements("x", "k:gone", "c:signed", "s:x y").ListOf()
        select Fill(KeyValueStorePlan.Draw(blocks.Take(blocks.Length * kept / 100).Concat(earlier), keys, 0), changed, foreign, maxBytes);

    private static Dictionary<string, string> Fill(KeyValueStorePlan plan, string changed, IEnumerable<string> foreign, long maxBytes)
    {
        var content = new Dictionary<string, string>();
        var bytes = 0L;
        var entries = plan.Entries.Select((entry, i) => changed.Length > 0 && i % 3 == 0 ? entry with { Value = changed } : entry);
        foreach (var entry in foreign.Select(key => new KeyValueStoreEntry(key, "foreign")).Concat(entries))
        {
            if (bytes + entry.Bytes <= maxBytes && content.TryAdd(entry.Key, entry.Value))
                bytes += entry.Bytes;
        }
        return content;
    }

    private static void Apply(KeyValueStoreBatch batch, Dictionary<string, string> store)
    {
        foreach (var key in batch.Deletes)
            Assert.True(store.Remove(key), "what is deleted is there");
        foreach (var entry in batch.Puts)
            store[entry.Key] = entry.Value;
    }

    private static long BytesOf(Dictionary<string, string> store) => store.Sum(entry => Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value));

    [Fact]
    public void Batches_AnyStore_EndInExactlyThePlanWithinTheLimitsOnTheWay()
    {
        var cases = from wanted in Wanted.Generator from store in Stores(wanted.Blocks, wanted.MaxBytes) select (wanted, store);
        int calls = 0, full = 0;

        Seeded.Holds(cases.Values(), drawn =>
        {
            var plan = KeyValueStorePlan.Draw(drawn.wanted.Blocks, drawn.wanted.Keys, Now, maxBytes: drawn.wanted.MaxBytes);
            var store = new Dictionary<string, string>(drawn.store);
            foreach (var batch in plan.Batches(KeyValueStorePlan.OfContent(store), drawn.wanted.MaxBytes))
            {
                calls++;
                Apply(batch, store);
                full += BytesOf(store) > drawn.wanted.MaxBytes * 9 / 10 ? 1 : 0;
                if (batch.Count is 0 or > 50 || BytesOf(store) > drawn.wanted.MaxBytes || batch.Deletes.Intersect(batch.Puts.Select(put => put.Key)).Any())
                    return false;
            }
            return KeyValueStorePlan.OfContent(store).AsksTheSameAs(plan) && plan.Batches(KeyValueStorePlan.OfContent(store), drawn.wanted.MaxBytes).Count == 0;
        }, PlanCases.Cases);

        Assert.True(calls > PlanCases.Cases && full > PlanCases.Cases / 20, $"{calls} calls, {full} nearly full");
    }

    [Fact]
    public void Batches_StoppedAfterAny_GoOnWhereTheyWere()
    {
        var cases = from wanted in Wanted.Generator from store in Stores(wanted.Blocks, wanted.MaxBytes) from stop in Gen.Choose(0, 5) select (wanted, store, stop);

        Seeded.Holds(cases.Values(), drawn =>
        {
            var plan = KeyValueStorePlan.Draw(drawn.wanted.Blocks, drawn.wanted.Keys, Now, maxBytes: drawn.wanted.MaxBytes);
            var store = new Dictionary<string, string>(drawn.store);
            var planned = plan.Batches(KeyValueStorePlan.OfContent(store), drawn.wanted.MaxBytes);
            foreach (var batch in planned.Take(drawn.stop))
                Apply(batch, store);
            var rest = plan.Batches(KeyValueStorePlan.OfContent(store), drawn.wanted.MaxBytes);
            return rest.Sum(batch => batch.Count) == planned.Skip(drawn.stop).Sum(batch => batch.Count);
        }, PlanCases.Cases);
    }

    [Fact]
    public void Draw_AnyBlocks_HoldsKeysThenTheLongestStartThatFits() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = KeyValueStorePlan.Draw(wanted.Blocks, wanted.Keys, Now, maxBytes: wanted.MaxBytes);
        var standing = Block.InOrder(wanted.Blocks).Where(block => block.Until > Now).ToList();
        var expected = standing.Select(block => ((block.Subject.Kind == SubjectKind.Account ? "a:" : "s:") + block.Subject.Value, $"{block.Until}")).ToList();
        var held = plan.Entries.Skip(wanted.Keys.Keys.Count).Select(entry => (entry.Key, entry.Value)).ToList();
        return plan.Keys == wanted.Keys.Keys.Count
            && held.SequenceEqual(expected.Take(held.Count))
            && plan.LeftOut == expected.Count - held.Count
            && (held.Count == 0 || plan.Bytes <= wanted.MaxBytes)
            && (plan.LeftOut == 0 || plan.Bytes + expected[held.Count].Item1.Length + expected[held.Count].Item2.Length > wanted.MaxBytes)
            && plan.Entries.All(entry => Encoding.UTF8.GetByteCount(entry.Key) <= 512 && Encoding.UTF8.GetByteCount(entry.Value) <= 1_024);
    }, PlanCases.Cases);

    [Fact]
    public void Draw_Blocks_AreLaidOutAsTheFunctionReadsThem()
    {
        var plan = KeyValueStorePlan.Draw(
            [new Block(Subject.Session("cold"), 2_000), new Block(Subject.Session("hot"), 2_001, 5), new Block(Subject.Session("ended"), Now), new Block(Subject.Account(Tag), 2_002)],
            Keys, Now, new KeyValueStoreSettings { ServesSigned = true }, version: 4);

        Assert.Equal(["k:k1", "k:old", "c:signed", $"a:{Tag}", "s:hot", "s:cold"], plan.Entries.Select(entry => entry.Key));
        Assert.Equal(["1", "2002", "2001", "2000"], plan.Entries.Skip(2).Select(entry => entry.Value));
        Assert.Equal((4, 2, 1, 2, 1, 0), (plan.Version, plan.Keys, plan.AccountTags, plan.Sids, plan.Ended, plan.LeftOut));
    }

    [Fact]
    public void Draw_Keys_AreDocumentsAsTheFunctionReadsThem()
    {
        var limited = new SigningKey("k1", Enumerable.Repeat((byte)1, 32).ToArray(), Enumerable.Repeat((byte)2, 32).ToArray()) { AllowedPaths = ["/live", "/vod/ü"], NotAfter = 5_000 };
        var plan = KeyValueStorePlan.Draw([], new KeySet("k1", [limited, SigningKey.ForV1("old", "secret1_value+to/replace")]), Now, new KeyValueStoreSettings { MaxTokenLifetime = 600, RefusesUnchecked = true });

        const string Sign = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", Bind = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
        Assert.Equal($$"""{"f":2,"s":"{{Sign}}","b":"{{Bind}}","p":["/live","/vod/ü"],"na":5000,"ml":600,"rf":1}""", plan.Find("k:k1"));
        Assert.Equal("""{"f":1,"s":"secret1_value+to/replace","rf":1}""", plan.Find("k:old"));
    }

    [Fact]
    public void Draw_KeyWhoseEntryIsTooLong_IsLeftOutAndSaid()
    {
        var wide = new SigningKey("wide", Enumerable.Repeat((byte)1, 32).ToArray(), Enumerable.Repeat((byte)2, 32).ToArray()) { AllowedPaths = [.. Enumerable.Range(0, 100).Select(i => $"/title-{i:000}")] };
        var plan = KeyValueStorePlan.Draw(PlanCases.Hottest(["hot"]), new KeySet("k1", [Gate.Key, wide]), Now);

        Assert.Equal(["wide"], plan.KeysLeftOut);
        Assert.Equal((1, 1, 1), (plan.LeftOut, plan.Keys, plan.Sids));
    }

    [Fact]
    public void ToString_PlanAndEntryWithKeys_ShowNoSecret()
    {
        var plan = KeyValueStorePlan.Draw([], Keys, Now);
        var secrets = plan.Entries.Select(entry => JsonSerializer.Deserialize<JsonElement>(entry.Value).GetProperty("s").GetString()!).ToList();

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, $"{plan} {string.Join(' ', plan.Entries)} {plan.Batches(KeyValueStorePlan.Empty)[0]}", StringComparison.Ordinal));
    }

    [Fact]
    public void Batches_NewKeyAndBlocksAndLifts_GoInTheOrderOfWhatWaitingCosts()
    {
        var held = new Dictionary<string, string> { ["k:gone"] = "{}", ["s:ended"] = "999", ["s:lifted"] = "9999", ["s:stays"] = "2000" };
        var plan = KeyValueStorePlan.Draw(PlanCases.Hottest([.. Enumerable.Range(0, 60).Select(i => $"s{i:00}"), "stays"]), Keys, Now);
        var batches = plan.Batches(KeyValueStorePlan.OfContent(held));

        Assert.Equal([50, 15], batches.Select(batch => batch.Count));
        Assert.Equal(["k:k1", "k:old", "s:s00", "s:s01"], batches[0].Puts.Take(4).Select(put => put.Key));
        Assert.Equal(["k:gone", "s:lifted"], batches[0].Deletes);
        Assert.Equal(["s:ended"], batches[1].Deletes);
        Assert.Equal("s:s59", batches[1].Puts[^1].Key);
    }

    [Fact]
    public void Batches_Emptied_DeletesAll()
    {
        var held = KeyValueStorePlan.Draw(PlanCases.Hottest(PlanCases.Drawn(120, random => random.Random(12))), KeySet.Empty, Now);
        var batches = KeyValueStorePlan.Draw([], KeySet.Empty, Now).Batches(held);

        Assert.Equal([50, 50, 20], batches.Select(batch => batch.Deletes.Count));
    }

    /// <summary>Figures at 5,000,000 bytes, untils of ten digits.</summary>
    [Theory]
    [InlineData(12, 5_000_000 / 24)]
    [InlineData(16, 5_000_000 / 28)]
    [InlineData(27, 5_000_000 / 39)]
    public void Draw_MoreSidsThanFit_HoldsMoreThan100000(int length, int expected)
    {
        var plan = KeyValueStorePlan.Draw(PlanCases.Drawn(expected + 10, random => random.Random(length)).Select(sid => new Block(Subject.Session(sid), 1_800_000_000)), KeySet.Empty, Now);

        Assert.Equal((expected, 10), (plan.Sids, plan.LeftOut));
        Assert.True(plan.Sids >= 100_000 && plan.Bytes <= 5_000_000);
    }
}
