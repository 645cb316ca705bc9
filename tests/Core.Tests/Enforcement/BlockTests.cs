using Portcullis.Revocations;

namespace Portcullis.Enforcement;

public sealed class BlockTests
{
    private const string Tag = "abcdefghij";

    [Fact]
    public void InOrder_AccountsAndSessions_AccountsThenHottestThenAsGiven()
    {
        var blocks = Block.InOrder([new(Subject.Session("a"), 1), new(Subject.Session("b"), 1, 2), new(Subject.Session("c"), 1), new(Subject.Account(Tag), 1), new(Subject.Session("d"), 1, 3)]);

        Assert.Equal([Tag, "d", "b", "a", "c"], blocks.Select(block => block.Subject.Value));
    }

    [Fact]
    public void InOrder_SubjectGivenTwice_HasTheLaterEndAndTheGreaterHeat()
    {
        var blocks = Block.InOrder([new(Subject.Session("a"), 5, 1), new(Subject.Session("b"), 1), new(Subject.Session("a"), 3, 2)]);

        Assert.Equal([new Block(Subject.Session("a"), 5, 2), new Block(Subject.Session("b"), 1)], blocks);
    }

    [Fact]
    public void Standing_Ledger_IsWhatStandsNewestFirst()
    {
        var state = Decisions.State(Decisions.Revoke("d1", Subject.Session("old"), until: 1_600), Decisions.Revoke("d2", Subject.Session("ended"), until: 1_500), Decisions.Revoke("d3", Subject.Session("new"), until: 1_700));

        Assert.Equal([new Block(Subject.Session("new"), 1_700), new Block(Subject.Session("old"), 1_600)], Block.Standing(state, 1_500));
        Assert.Equal([0.0, 9.0], Block.Standing(state, 1_500, subject => subject.Value == "old" ? 9 : 0).Select(block => block.Heat));
    }
}
