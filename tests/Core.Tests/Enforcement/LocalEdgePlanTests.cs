using Portcullis.Keys;
using Portcullis.Revocations;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Enforcement;

public sealed class LocalEdgePlanTests
{
    private const string Tag = "abcdefghij", Tagged = Tag + "_K7nQ2xWbT9rL";

    private static readonly RevocationSnapshot Revocations = Decisions.State(
        Decisions.Revoke("d1", Subject.Session("ended"), until: 1_400),
        Decisions.Revoke("d2", Subject.Session("stands"), until: 1_600),
        Decisions.Revoke("d3", Subject.Account(Tag), until: 1_700),
        Decisions.Revoke("d4", Subject.Session("lifted"), until: 1_800),
        Decisions.Lift("d5", Subject.Session("lifted")));

    private static readonly LocalEdgePlan Plan = LocalEdgePlan.Draw(Revocations, Gate.LiveKeys, 1_500);

    [Fact]
    public void Draw_SomeEndedAndLifted_HoldsTheStandingOnes()
    {
        Assert.Equal(5, Plan.Version);
        Assert.Equal(new Dictionary<string, long> { ["stands"] = 1_600 }, Plan.Sids.ToDictionary());
        Assert.Equal(new Dictionary<string, long> { [Tag] = 1_700 }, Plan.AccountTags.ToDictionary());
        Assert.Same(Gate.LiveKeys, Plan.Keys);
    }

    [Theory]
    [InlineData("stands", 1_599, true)]
    [InlineData("stands", 1_600, false)]
    [InlineData("Stands", 1_500, false)]
    [InlineData("lifted", 1_500, false)]
    [InlineData(Tagged, 1_699, true)]
    [InlineData(Tagged, 1_700, false)]
    [InlineData(Tag, 1_500, false)]
    public void IsRevoked_SessionAtATime_IsByItselfOrItsAccount(string sid, long now, bool revoked) => Assert.Equal(revoked, Plan.IsRevoked(sid, now));

    [Fact]
    public void IsRevoked_SessionAndAccountWithDifferentEnds_LastsUntilTheLater()
    {
        var plan = LocalEdgePlan.Draw(Decisions.State(Decisions.Revoke("d1", Subject.Session(Tagged), until: 1_100), Decisions.Revoke("d2", Subject.Account(Tag), until: 1_200)), KeySet.Empty, 1_000);

        Assert.True(plan.IsRevoked(Tagged, 1_150));
        Assert.False(plan.IsRevoked(Tagged, 1_200));
    }

    [Fact]
    public void AsksTheSameAs_OtherVersionOnly_IsTrue()
    {
        var later = LocalEdgePlan.Draw(Decisions.State([.. History("d6")]), Gate.LiveKeys, 1_500);

        Assert.True(Plan.AsksTheSameAs(later));
        Assert.NotEqual(Plan.Version, later.Version);
    }

    [Fact]
    public void AsksTheSameAs_OnlyTheSigningKeyDiffers_IsTrue() =>
        Assert.True(Plan.AsksTheSameAs(LocalEdgePlan.Draw(Revocations, new KeySet(null, Gate.LiveKeys.Keys), 1_500)));

    [Fact]
    public void AsksTheSameAs_OtherKeysEndsOrSubjects_IsFalse()
    {
        Assert.False(Plan.AsksTheSameAs(LocalEdgePlan.Draw(Revocations, KeySet.Empty, 1_500)));
        Assert.False(Plan.AsksTheSameAs(LocalEdgePlan.Draw(Revocations, Gate.LiveKeys, 1_600)));
        Assert.False(Plan.AsksTheSameAs(LocalEdgePlan.Draw(Revocations.Apply(Decisions.Revoke("d6", Subject.Session("stands"), until: 1_601) with { Sequence = 6 }), Gate.LiveKeys, 1_500)));
        Assert.False(Plan.AsksTheSameAs(LocalEdgePlan.Draw(Revocations, Gate.LiveKeys, 1_500, SignedGate.PublicKeys)));
        Assert.False(Plan.AsksTheSameAs(LocalEdgePlan.Empty));
    }

    /// <summary>What the plan was drawn from, and a revocation that has ended already.</summary>
    private static IEnumerable<Decision> History(string id) =>
    [
        Decisions.Revoke("d2", Subject.Session("stands"), until: 1_600),
        Decisions.Revoke("d3", Subject.Account(Tag), until: 1_700),
        Decisions.Revoke(id, Subject.Session("other"), until: 1_300),
    ];
}
