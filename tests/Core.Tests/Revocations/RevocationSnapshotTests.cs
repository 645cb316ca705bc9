using FsCheck;
using FsCheck.Fluent;

namespace Portcullis.Revocations;

public sealed class RevocationSnapshotTests
{
    private const string Tag = "abcdefghij";
    private const long LastMoment = 25;

    private static readonly Subject Session = Subject.Session("aB3dE6gH9jK2mN5p");
    private static readonly Subject Account = Subject.Account(Tag);
    private static readonly Subject[] Subjects = [Session, Account, Subject.Session(Tag + "_K7nQ2xWbT9rL"), Subject.Session(Tag)];

    private static readonly Gen<Decision> AnyDecision =
        from subject in Gen.Elements(Subjects)
        from isLift in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from source in Gen.Elements(DecisionSource.Auto, DecisionSource.Manual, DecisionSource.Watermark, DecisionSource.AccountLimit)
        from at in Gen.Choose(0, 20)
        from until in Gen.Choose(1, 24)
        from evidence in Gen.Choose(-1, 20)
        select isLift
            ? Decisions.Lift("", subject, at)
            : Decisions.Revoke("", subject, source, at, until, evidence < 0 ? null : evidence);

    private static readonly Arbitrary<Decision[]> Histories = AnyDecision.ArrayOf().Values();

    /// <summary>Offers decisions to both, and says whether they judged all of them alike.</summary>
    private static bool Replay(Decision[] history, out RevocationSnapshot state, out LedgerModel model)
    {
        state = RevocationSnapshot.Empty;
        model = new LedgerModel();
        for (var i = 0; i < history.Length; i++)
        {
            var decision = history[i] with { Id = $"d{i}", Sequence = i + 1 };
            var effect = state.Judge(decision);
            if (effect != model.Judge(decision))
                return false;
            if (effect != DecisionEffect.Applies)
                continue;
            state = state.Apply(decision);
            model.Add(decision);
        }
        return true;
    }

    private static (string Id, long Until)? Found(Revocation? revocation) => revocation is null ? null : (revocation.Decision.Id, revocation.Until);

    private static IEnumerable<long> Moments => Enumerable.Range(0, (int)LastMoment).Select(moment => (long)moment);

    [Fact]
    public void Judge_AnyHistory_IsAsTheModelSays() => Seeded.Holds(Histories, history => Replay(history, out _, out _));

    [Fact]
    public void Find_AnyHistoryAndMoment_IsAsTheModelSays() => Seeded.Holds(Histories, history =>
        Replay(history, out var state, out var model)
        && Subjects.All(subject => Moments.All(now => Found(state.Find(subject, now)) == model.Find(subject, now)))
        && Subjects.All(subject => state.LastVoid(subject)?.Id == model.LastLift(subject)));

    [Fact]
    public void FindBlock_AnyHistoryAndMoment_IsTheSessionsOwnOrItsAccounts() => Seeded.Holds(Histories, history =>
        Replay(history, out var state, out var model)
        && Subjects.Where(subject => subject.Kind == SubjectKind.Session).All(subject => Moments.All(now =>
            Found(state.FindBlock(subject.Value, now))
                == (model.Find(subject, now) ?? (subject.Value.StartsWith(Tag + "_", StringComparison.Ordinal) ? model.Find(Account, now) : null)))));

    [Fact]
    public void Standing_AnyHistoryAndMoment_HoldsWhatFindFindsNewestFirst() => Seeded.Holds(Histories, history =>
        Replay(history, out var state, out _)
        && Moments.All(now =>
        {
            var standing = state.Standing(now).ToList();
            return standing.ToHashSet().SetEquals(Subjects.Select(subject => state.Find(subject, now)).OfType<Revocation>())
                && standing.SequenceEqual(standing.OrderByDescending(revocation => revocation.Decision.Sequence));
        }));

    [Fact]
    public void Without_AnyHistory_ChangesNothingFromThatTimeOn() => Seeded.Holds(Histories, history =>
        Replay(history, out var state, out _)
        && Moments.All(before =>
        {
            var rest = state.Without(before);
            return rest.Sequence == state.Sequence
                && Moments.Where(now => now >= before).All(now => rest.Standing(now).SequenceEqual(state.Standing(now)))
                && Subjects.All(subject => rest.LastVoid(subject) == state.LastVoid(subject));
        }));

    [Fact]
    public void Apply_EarlierEnd_KeepsTheLaterOneWithTheNewerReason()
    {
        var state = Decisions.State(Decisions.Revoke("d1", Session, until: 2_000), Decisions.Revoke("d2", Session, until: 1_500));

        Assert.Equal(("d2", 2_000), Found(state.Find(Session, 1_999)));
        Assert.Null(state.Find(Session, 2_000));
    }

    [Fact]
    public void Apply_EndAfterALift_IsItsOwn()
    {
        var state = Decisions.State(Decisions.Revoke("d1", Session, until: 2_000), Decisions.Lift("d2", Session), Decisions.Revoke("d3", Session, until: 1_500));

        Assert.Equal(("d3", 1_500), Found(state.Find(Session, 1_000)));
    }

    [Fact]
    public void Apply_SequenceThatDoesNotFollow_Throws()
    {
        var state = Decisions.State(Decisions.Revoke("d1", Session));

        Assert.Throws<ArgumentException>(() => state.Apply(Decisions.Revoke("d2", Session) with { Sequence = 1 }));
    }

    [Theory]
    [InlineData(DecisionSource.Auto, 1_000, DecisionEffect.Voided)]
    [InlineData(DecisionSource.Auto, 1_001, DecisionEffect.Applies)]
    [InlineData(DecisionSource.Manual, 1_000, DecisionEffect.Applies)]
    [InlineData(DecisionSource.Watermark, 1_000, DecisionEffect.Applies)]
    [InlineData(DecisionSource.AccountLimit, 1_000, DecisionEffect.Applies)]
    public void Judge_RevocationAfterALift_IsVoidWhenAutomaticOnOlderEvidence(DecisionSource source, long evidenceUntil, DecisionEffect effect)
    {
        var state = Decisions.State(Decisions.Revoke("d1", Session), Decisions.Lift("d2", Session, at: 1_000));

        Assert.Equal(effect, state.Judge(Decisions.Revoke("d3", Session, source, at: 1_002, evidenceUntil: evidenceUntil)));
    }

    [Theory]
    [InlineData(DecisionSource.Auto, DecisionEffect.PeopleOnly)]
    [InlineData(DecisionSource.Watermark, DecisionEffect.PeopleOnly)]
    [InlineData(DecisionSource.AccountLimit, DecisionEffect.PeopleOnly)]
    [InlineData(DecisionSource.Manual, DecisionEffect.Applies)]
    public void Judge_RevocationOfAnAccount_AppliesFromAPersonOnly(DecisionSource source, DecisionEffect effect)
    {
        Assert.Equal(effect, RevocationSnapshot.Empty.Judge(Decisions.Revoke("d1", Account, source, evidenceUntil: 900)));
        Assert.Equal(DecisionEffect.Applies, RevocationSnapshot.Empty.Judge(Decisions.Revoke("d1", Session, source, evidenceUntil: 900)));
    }

    [Fact]
    public void WithoutTextsOf_AnyHistory_BlocksTheSameAndSaysNothingOfTheAccount() => Seeded.Holds(Histories, history =>
    {
        Replay(history, out var state, out _);
        var erased = state.WithoutTextsOf(Tag);
        return erased.Sequence == state.Sequence
            && Moments.All(now => Subjects.All(subject => Found(erased.Find(subject, now)) == Found(state.Find(subject, now))))
            && erased.Standing(0).All(revocation => revocation.Decision.Reason == (revocation.Subject.IsOfAccount(Tag) ? Decision.ErasedReason : "test"))
            && Subjects.All(subject => erased.LastVoid(subject)?.Id == state.LastVoid(subject)?.Id);
    });

    [Fact]
    public void Judge_AutomaticOnOlderEvidenceOfAnotherSession_Applies()
    {
        var state = Decisions.State(Decisions.Revoke("d1", Session), Decisions.Lift("d2", Session, at: 1_000));

        Assert.Equal(DecisionEffect.Applies, state.Judge(Decisions.Revoke("d3", Subjects[2], DecisionSource.Auto, evidenceUntil: 900)));
    }
}
