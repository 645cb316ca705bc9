namespace Portcullis.Accounts;

public sealed class AccountSlotsTests
{
    private const long Start = 1_800_000_000_000;

    private static readonly int Histories = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 50_000 : 1_000;

    private static MintJudgement Judge(AccountSlots slots, AccountLimits limits, long now, params string[] revoked) => slots.Judge(limits, revoked.Contains, now);

    [Fact]
    public void Slots_AnyHistoryWithCrashesAndClockJumps_AreAsTheModelSays() => Seeded.Holds(
        AccountRun.Histories,
        history =>
        {
            AccountRun.RunAsync(history, limits => new SlotsDriver(limits)).GetAwaiter().GetResult();
            return true;
        },
        Histories);

    [Fact]
    public void Judge_Defaults_KnowNoLimitOfSessions()
    {
        var slots = new AccountSlots();
        for (var i = 0; i < 29; i++)
            slots.Mint($"s{i}", Start + 3_600_000, Start);

        Assert.Equal(MintOutcome.Admitted, Judge(slots, new AccountLimits(), Start).Outcome);
    }

    [Fact]
    public void Judge_RateUsedUp_SaysWhenTheOldestMintIsAMinuteOld()
    {
        var slots = new AccountSlots();
        for (var i = 0; i < 3; i++)
            slots.Mint($"s{i}", Start + 3_600_000, Start + (i * 10_000));
        var limits = new AccountLimits { MintsPerMinute = 3 };
        var refused = Judge(slots, limits, Start + 25_500, "s0", "s1", "s2");

        Assert.Equal((MintOutcome.TooFast, 35), (refused.Outcome, refused.RetryAfter));
        Assert.Equal(MintOutcome.TooFast, Judge(slots, limits, Start + 59_999).Outcome);
        Assert.Equal(MintOutcome.Admitted, Judge(slots, limits, Start + 60_000).Outcome);
    }

    [Fact]
    public void Judge_TokensUsedUp_SaysWhenTheFirstEnds()
    {
        var slots = new AccountSlots();
        slots.Mint("long", Start + 3_600_000, Start);
        slots.Mint("short", Start + 90_000, Start);
        var limits = new AccountLimits { MaxOutstandingTokens = 2 };

        Assert.Equal((MintOutcome.TooManyTokens, 20), (Judge(slots, limits, Start + 70_000).Outcome, Judge(slots, limits, Start + 70_000).RetryAfter));
        Assert.Equal(MintOutcome.Admitted, Judge(slots, limits, Start + 70_000, "long").Outcome);
        Assert.Equal(MintOutcome.Admitted, Judge(slots, limits, Start + 90_000).Outcome);
    }

    [Fact]
    public void Judge_CameBackBeyondTheLimit_TakesPartAgainAndNextIsRefused()
    {
        var slots = new AccountSlots();
        var limits = new AccountLimits { MaxSessions = 1 };
        slots.Mint("sleeper", Start + 3_600_000, Start);
        Assert.True(Judge(slots, limits, Start + 60_000).IsAdmitted);
        slots.Mint("second", Start + 3_600_000, Start + 60_000);
        slots.See("sleeper", Start + 61_000, Start + 61_000);
        slots.See("second", Start + 61_000, Start + 61_000);
        var judgement = Judge(slots, limits, Start + 120_999);

        Assert.Equal((MintOutcome.Full, "sleeper second"), (judgement.Outcome, string.Join(' ', judgement.Holders.Select(slot => slot.Sid))));
        Assert.Equal(["sleeper", "second"], Judge(slots, limits with { WhenFull = WhenFull.EndOldest }, Start + 120_999).ToEnd.Select(slot => slot.Sid));
        Assert.True(Judge(slots, limits, Start + 121_000).IsAdmitted);
    }

    [Fact]
    public void See_LineAheadOfTheClock_CountsAsNow()
    {
        var slots = new AccountSlots();
        slots.Mint("s", Start + 3_600_000, Start);
        slots.See("s", Start + 999_999_999, Start + 1_000);

        Assert.Equal((Start + 1_000, Start + 61_000), (slots.Find("s")!.Value.SeenAt, slots.Find("s")!.Value.HeldUntil));
    }

    [Fact]
    public void Judge_ClockWasDaysAheadAndSetRight_SlotsAreNotHeldForDays()
    {
        var slots = new AccountSlots();
        var limits = new AccountLimits { MaxSessions = 1, MintsPerMinute = 1 };
        slots.Mint("s", Start + 3_600_000, Start + 86_400_000);
        Assert.False(Judge(slots, limits, Start).IsAdmitted);

        Assert.False(Judge(slots, limits, Start + 59_999).IsAdmitted);
        Assert.True(Judge(slots, limits, Start + 60_000).IsAdmitted);
    }

    [Fact]
    public void Over_Settings_ReplaceWhatTheySay()
    {
        var installation = new AccountLimits { MaxSessions = 3, WhenFull = WhenFull.EndOldest, MaxOutstandingTokens = 7, MintsPerMinute = 8 };

        Assert.Same(installation, AccountSettings.None.Over(installation));
        Assert.Equal(installation with { MaxSessions = 9 }, new AccountSettings { MaxSessions = 9 }.Over(installation));
        Assert.Equal(installation with { WhenFull = WhenFull.Refuse }, new AccountSettings { WhenFull = WhenFull.Refuse }.Over(installation));
    }

    [Fact]
    public void Check_LimitsThatCannotBe_NamesEachField()
    {
        var limits = new AccountLimits { MaxSessions = 0, WhenFull = (WhenFull)7, MaxOutstandingTokens = 10_001, MintsPerMinute = -1 };

        Assert.Equal(["maxSessions", "whenFull", "maxOutstandingTokens", "mintsPerMinute"], AccountRules.Check(limits).Select(error => error.Field));
        Assert.Empty(AccountRules.Check(new AccountLimits()));
        Assert.Equal(["maxSessions"], AccountRules.Check(new AccountSettings { MaxSessions = 1_001 }).Select(error => error.Field));
    }
}
