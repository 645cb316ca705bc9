using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Enforcement.Waf;

public sealed class WafPlanTests
{
    private const string Tag = "abcdefghij";

    private static readonly Gen<int> Capacities = Gen.Elements(0, 2, 3, 5, 6, 9, 30, 60, 300, 1_500);

    private static readonly Arbitrary<(Block[] Blocks, int Capacity)> Wanted =
        (from blocks in PlanCases.Blocks from capacity in Capacities select (blocks, capacity)).Values();

    /// <summary>A path in question: of a blocked session, or nearly.</summary>
    private static Gen<string> PathsNear(IReadOnlyList<string> subjects) =>
        from sid in subjects.Count == 0 ? PlanCases.Sids : Gen.OneOf(Gen.Elements<string>(subjects), PlanCases.Sids)
        from mutation in Gen.Choose(0, 22)
        from at in Gen.Choose(0, 63)
        from other in Gen.Elements("aAbB_-.|()*+?^$[]\\/%~\n0".ToCharArray())
        from end in Gen.OneOf(
            Gen.Elements(".eyJ.a.b/live/one.m3u8", ".eyJ.a.b/live/one.m3u8", "/live/one.m3u8"),
            Gen.Elements(".m3u8", ".tar.gz", ".a.b/c", ".a.b.c", ".a.b.c.d/e", ".a..c/d", ".a.b.c%2Fd", ".a.b.c?d/", ".", "/", "", "%2Fa", "%2e", "?a=/", "~/", "-/", "_/", "\n/", " /"))
        select Near(sid, mutation, at % sid.Length, other) + end;

    private static string Near(string sid, int mutation, int at, char other) => mutation switch
    {
        0 => "/" + sid[..at],
        1 => "/" + sid + other,
        2 => "/" + other + sid,
        3 => "/" + sid[1..],
        4 => "/" + string.Concat(sid.AsSpan(0, at), other.ToString(), sid.AsSpan(at + 1)),
        5 => "/" + string.Concat(sid.AsSpan(0, at), (char.IsUpper(sid[at]) ? char.ToLowerInvariant(sid[at]) : char.ToUpperInvariant(sid[at])).ToString(), sid.AsSpan(at + 1)),
        6 => "/" + string.Concat(sid.AsSpan(0, at), $"%{(int)sid[at]:X2}", sid.AsSpan(at + 1)),
        7 => "//" + sid,
        8 => "/x/" + sid,
        9 => sid,
        10 => "/" + sid + "_" + sid,
        11 => "/" + string.Concat(sid.AsSpan(0, at), sid.AsSpan(at + 1)),
        _ => "/" + sid,
    };

    private static bool Matches(WafPlan plan, string path) =>
        plan.Rules.SelectMany(rule => rule.Patterns).Any(pattern => Regex.IsMatch(path, pattern, RegexOptions.ECMAScript));

    private static bool Matches(Regex[] patterns, string path) => Array.Exists(patterns, pattern => pattern.IsMatch(path));

    private static Regex[] Patterns(WafPlan plan) => [.. plan.Rules.SelectMany(rule => rule.Patterns).Select(pattern => new Regex(pattern, RegexOptions.ECMAScript))];

    [Fact]
    public void Draw_AnyBlocks_MatchesThePathsOfTheHeldOnesAndNoOther()
    {
        var cases =
            from wanted in Wanted.Generator
            from paths in PathsNear([.. wanted.Blocks.Select(block => block.Subject.Value)]).ArrayOf(60)
            select (wanted.Blocks, wanted.Capacity, paths);
        long blocked = 0, free = 0;

        Seeded.Holds(cases.Values(), drawn =>
        {
            var plan = WafPlan.Draw(drawn.Blocks, drawn.Capacity);
            var (sids, tags) = Held(plan, drawn.Blocks);
            var patterns = Patterns(plan);
            foreach (var path in drawn.paths)
            {
                var isBlocked = PathModel.IsBlocked(path, sids, tags);
                _ = isBlocked ? blocked++ : free++;
                if (Matches(patterns, path) != isBlocked)
                    return false;
            }
            return true;
        }, PlanCases.Cases);

        // Both must really occur, or the comparison shows nothing.
        Assert.True(blocked > 2 * PlanCases.Cases && free > 2 * PlanCases.Cases, $"{blocked} blocked, {free} free");
    }

    [Fact]
    public void Draw_AnyBlocks_MatchesEveryHeldOneInEachFormItOccursIn() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = WafPlan.Draw(wanted.Blocks, wanted.Capacity);
        var (sids, tags) = Held(plan, wanted.Blocks);
        var patterns = Patterns(plan);
        return sids.Concat(tags.Select(tag => tag + "_x")).All(sid => Matches(patterns, $"/{sid}.eyJ-a._b.c/live") && (Matches(patterns, $"/{sid}/live") || !PathModel.IsDrawn(sid)));
    }, PlanCases.Cases);

    [Fact]
    public void Draw_AnyBlocks_StaysWithinTheLimits() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = WafPlan.Draw(wanted.Blocks, wanted.Capacity);
        return plan.Capacity <= wanted.Capacity
            && plan.Rules.SelectMany(rule => rule.Patterns).All(pattern => pattern.Length <= 200)
            && plan.Rules.All(rule => rule.Patterns.Count is > 0 and <= WafPlan.StatementsPerRule)
            && plan.Rules.Select(rule => rule.Priority).SequenceEqual(Enumerable.Range(0, plan.Rules.Count))
            && plan.Rules.Select(rule => rule.Name).Distinct().Count() == plan.Rules.Count;
    }, PlanCases.Cases);

    [Fact]
    public void Draw_AnyBlocks_LeavesOutNothingHotterThanWhatItHolds() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = WafPlan.Draw(wanted.Blocks, wanted.Capacity);
        var (sids, tags) = Held(plan, wanted.Blocks);
        var order = Block.InOrder(wanted.Blocks);
        var held = order.Select(block => block.Subject.Kind == SubjectKind.Account
            ? tags.Contains(block.Subject.Value)
            : sids.Contains(block.Subject.Value) || tags.Contains(SessionId.AccountTagOf(block.Subject.Value).ToString())).ToList();
        var covered = order.Count(block => block.Subject.Kind == SubjectKind.Session && tags.Contains(SessionId.AccountTagOf(block.Subject.Value).ToString()));
        var alone = order.Where((block, i) => block.Subject.Kind == SubjectKind.Account || !tags.Contains(SessionId.AccountTagOf(block.Subject.Value).ToString())).Select(block => held[order.ToList().IndexOf(block)]).ToList();
        return plan.Covered == covered
            && plan.LeftOut == held.Count(one => !one)
            && alone.SkipWhile(one => one).All(one => !one);
    }, PlanCases.Cases);

    [Fact]
    public void Draw_WhatWasHeldAgain_IsTheSamePlan() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = WafPlan.Draw(wanted.Blocks, wanted.Capacity);
        var (sids, tags) = Held(plan, wanted.Blocks);
        var again = WafPlan.Draw([.. tags.Select(tag => new Block(Subject.Account(tag), 1)), .. sids.Select(sid => new Block(Subject.Session(sid), 1))], wanted.Capacity);
        return again.AsksTheSameAs(plan) && again.LeftOut == 0 && WafPlan.Draw(wanted.Blocks, wanted.Capacity, version: 7).AsksTheSameAs(plan);
    }, PlanCases.Cases);

    [Fact]
    public void Draw_OneMoreThanFits_DoesNotFit() => Seeded.Holds(Wanted, wanted =>
    {
        var plan = WafPlan.Draw(wanted.Blocks, wanted.Capacity);
        // What fits with as many as there were must also fit with the most that fit.
        return plan.LeftOut == 0 || (plan.Capacity + WafPlan.StatementCapacity > wanted.Capacity);
    }, PlanCases.Cases);

    [Fact]
    public void Draw_Nothing_HasNoRules()
    {
        var plan = WafPlan.Draw([], 1_500, version: 9);

        Assert.Empty(plan.Rules);
        Assert.Equal((0, 0, 0, 9), (plan.Capacity, plan.Sids, plan.LeftOut, plan.Version));
        Assert.True(plan.AsksTheSameAs(WafPlan.Empty));
    }

    [Fact]
    public void Draw_NeighboursAndAnAccount_FactorsOutCommonLeadingCharacters()
    {
        var plan = WafPlan.Draw(PlanCases.Hottest(["Abcde0123456", "Abcdf0123456", "Axyz0", "Ax-_1", "Axyz00123456", "Axy110123456", "Ax9910123456"]).Append(new Block(Subject.Account(Tag), 1)), 1_500);

        var rule = Assert.Single(plan.Rules);
        Assert.Equal([$@"^/{Tag}_[\w-]+[./]", @"^/Ax(-_1|yz0)(\.[\w-]+){3}/", "^/A(bcd(e0123456|f0123456)|x(9910123456|y110123456|yz00123456))[./]"], rule.Patterns);
        Assert.Equal(("portcullis-01", 0), (rule.Name, rule.Priority));
    }

    /// <summary>Sids given by hand that are names of folders and files, and the header of v1 tokens without sid.</summary>
    [Theory]
    [InlineData("a", "/a/b", "/a.b/c", "/a.m3u8", "/a", "/a.", "/a.b.c.d", "/a.b.c.d.e/f")]
    [InlineData("live", "/live/x.m3u8", "/live.m3u8", "/live.tar.gz", "/live/a.b.c/d", "/live.eyJh.eyJp/live/x.m3u8", "/live-2.eyJh.eyJp.sig/x.m3u8", "/live..eyJp.sig/x.m3u8")]
    [InlineData("summer-games-2026", "/summer-games-2026/x.m3u8", "/summer-games-2026.m3u8")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9", "/eyJhbGciOiJIUzI1NiJ9.eyJpcCI6dHJ1ZX0.c2ln/vod/x.mpd", "/eyJhbGciOiJIUzI1NiJ9/x")]
    public void Draw_SidThatWasNeverDrawn_BlocksNothingButItsTokens(string sid, params string[] others)
    {
        var plan = WafPlan.Draw(PlanCases.Hottest([sid]), 3);

        Assert.True(Matches(plan, $"/{sid}.eyJhbGciOiJIUzI1NiJ9.eyJpcCI6dHJ1ZX0.c2ln-_/{sid}/x.m3u8"));
        Assert.All(others, path => Assert.False(Matches(plan, path), path));
    }

    [Fact]
    public void Draw_SidsByHandAmongDrawnOnes_KeepTheOrderOfPriority()
    {
        string[] sids = [.. PlanCases.Drawn(40, random => random.Random(12))];
        var plan = WafPlan.Draw(PlanCases.Hottest([.. sids[..10], "live", .. sids[10..]]), 6);

        // A pattern for the short one leaves one for the others, which all 41 would not have fitted into two without it either.
        Assert.InRange(plan.Sids, 14, 18);
        Assert.True(Matches(plan, "/live.a.b.c/") && Matches(plan, $"/{sids[plan.Sids - 2]}/") && !Matches(plan, $"/{sids[plan.Sids - 1]}/"));
    }

    [Fact]
    public void Draw_SidsOfABlockedAccount_AreHeldByTheAccount()
    {
        var plan = WafPlan.Draw(PlanCases.Hottest([Tag + "_K7nQ2xWbT9rL", "other"]).Append(new Block(Subject.Account(Tag), 1)), 6);

        Assert.Equal((1, 1, 1, 0), (plan.AccountTags, plan.Sids, plan.Covered, plan.LeftOut));
        Assert.True(Matches(plan, $"/{Tag}_K7nQ2xWbT9rL/a"));
        Assert.False(Matches(plan, $"/{Tag}_/a"));
        Assert.False(Matches(plan, $"/{Tag}/a"));
    }

    [Fact]
    public void Draw_AccountsBeyondTheRoom_GoBeforeSessions()
    {
        var tags = PlanCases.Drawn(100, random => random.Random(10)).Select(tag => new Block(Subject.Account(tag), 1)).ToList();
        var plan = WafPlan.Draw([new Block(Subject.Session("hot"), 1, Heat: 100), .. tags], 6);

        Assert.InRange(plan.AccountTags, 30, 40);
        Assert.Equal((0, 101 - plan.AccountTags), (plan.Sids, plan.LeftOut));
    }

    [Fact]
    public void Draw_HeatGiven_KeepsTheHottest()
    {
        var blocks = PlanCases.Drawn(100, random => random.Random(12)).Select((sid, i) => new Block(Subject.Session(sid), 1, Heat: i)).ToList();
        var plan = WafPlan.Draw(blocks, 3);

        Assert.InRange(plan.Sids, 13, 16);
        Assert.All(blocks, block => Assert.Equal(block.Heat >= 100 - plan.Sids, Matches(plan, $"/{block.Subject.Value}/")));
    }

    /// <summary>Figures at 1,500 WCU: 500 patterns.</summary>
    [Theory]
    [InlineData("12", 7_900)]
    [InlineData("16", 5_900)]
    [InlineData("27, accounts of one session", 3_400)]
    [InlineData("27, one account", 5_400)]
    public void Draw_100000Sids_HoldsManyIn1500Wcu(string kind, int least)
    {
        var sids = PlanCases.Drawn(100_000, random => kind switch
        {
            "12" => random.Random(12),
            "16" => random.Random(16),
            "27, one account" => $"{Tag}_{random.Random(16)}",
            _ => $"{random.Random(10)}_{random.Random(16)}",
        });
        var plan = WafPlan.Draw(PlanCases.Hottest(sids), 1_500);

        Assert.True(plan.Sids >= least, $"{plan.Sids} sids of {kind}");
        Assert.Equal((1_500, 5, 100_000 - plan.Sids), (plan.Capacity, plan.Rules.Count, plan.LeftOut));
    }

    [Fact]
    public void Draw_LargestRuleGroup_StaysBelowTheHeadersOfItsAnswers()
    {
        var plan = WafPlan.Draw(PlanCases.Hottest(PlanCases.Drawn(40_000, random => random.Random(12))), WafPlan.MaxCapacity);

        Assert.Equal(1_666, plan.Rules.Sum(rule => rule.Patterns.Count));
        Assert.InRange(plan.Rules.Count * WafBlockResponse.Headers.Count, 1, 100);
        Assert.InRange(WafBlockResponse.Headers.Count, 1, 10);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5_001)]
    public void Draw_CapacityOutOfRange_Throws(int capacity) => Assert.Throws<ArgumentOutOfRangeException>(() => WafPlan.Draw([], capacity));

    [Theory]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("a|.*")]
    public void Draw_NoSid_ThrowsAndDoesNotShowIt(string sid)
    {
        var error = Assert.Throws<ArgumentException>(() => WafPlan.Draw(PlanCases.Hottest([sid]), 3));

        Assert.DoesNotContain("a|.*", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What a plan holds, told from its counts and the order of priority alone.</summary>
    private static (HashSet<string> Sids, HashSet<string> Tags) Held(WafPlan plan, IEnumerable<Block> blocks)
    {
        var order = Block.InOrder(blocks);
        var tags = order.Where(block => block.Subject.Kind == SubjectKind.Account).Take(plan.AccountTags).Select(block => block.Subject.Value).ToHashSet();
        var sids = order.Where(block => block.Subject.Kind == SubjectKind.Session && !tags.Contains(SessionId.AccountTagOf(block.Subject.Value).ToString())).Take(plan.Sids).Select(block => block.Subject.Value).ToHashSet();
        return (sids, tags);
    }
}
