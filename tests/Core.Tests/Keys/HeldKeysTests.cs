namespace Portcullis.Keys;

public sealed class HeldKeysTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static HeldKeys Reads(params (int At, string[] KeyIds)[] reads) =>
        reads.Aggregate((HeldKeys?)null, (before, read) => HeldKeys.Read(before, read.KeyIds, read.At * Second))!;

    [Fact]
    public void HeldFor_ReadsInARow_CountsFromTheFirstToTheLast()
    {
        Assert.Equal(TimeSpan.Zero, Reads((10, ["k"])).HeldFor("k"));
        Assert.Equal(7 * Second, Reads((10, ["k"]), (12, ["k"]), (17, ["k"])).HeldFor("k"));
        Assert.Null(Reads((10, ["k"]), (12, [])).HeldFor("k"));
    }

    [Fact]
    public void HeldFor_LostInBetween_CountsAnew() => Assert.Equal(3 * Second, Reads((10, ["k"]), (12, []), (14, ["k"]), (17, ["k"])).HeldFor("k"));

    [Fact]
    public void AbsentFor_NeverSeenOrGone_CountsFromTheFirstReadWithoutIt()
    {
        Assert.Equal(4 * Second, Reads((10, []), (14, [])).AbsentFor("k"));
        Assert.Equal(3 * Second, Reads((10, ["k"]), (12, []), (15, [])).AbsentFor("k"));
        Assert.Equal(TimeSpan.Zero, Reads((10, []), (11, ["k"]), (15, [])).AbsentFor("k"));
        Assert.Null(Reads((10, []), (11, ["k"])).AbsentFor("k"));
    }

    [Fact]
    public void HasArrived_SeenWithoutItBefore_IsTrue()
    {
        Assert.False(Reads((10, ["k"]), (12, ["k"])).HasArrived("k"));
        Assert.True(Reads((10, []), (12, ["k"])).HasArrived("k"));
        Assert.True(Reads((10, ["k"]), (12, []), (14, ["k"])).HasArrived("k"));
        Assert.False(Reads((10, ["k"]), (12, [])).HasArrived("k"));
    }

    [Fact]
    public void AbsentFor_GoneForLong_IsStillLong() => Assert.True(Reads((10, ["k"]), (12, []), (4_000, []), (4_001, [])).AbsentFor("k") >= TimeSpan.FromMinutes(10));

    [Fact]
    public void None_BeforeTheFirstPlan_HoldsNothing()
    {
        Assert.False(HeldKeys.None.Holds("k"));
        Assert.Equal(TimeSpan.Zero, HeldKeys.None.AbsentFor("k"));
    }
}
