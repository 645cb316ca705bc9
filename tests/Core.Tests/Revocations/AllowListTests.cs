using Portcullis.Sessions;

namespace Portcullis.Revocations;

public sealed class AllowListTests
{
    private const string Sid = "abcdefghij_K7nQ2xWbT9rL";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000), Later = Now.AddDays(1);

    private static readonly ViewerText Inside = new("192.0.2.7", "ourprobe/1.2", "DE", 64500), SixInside = new("2001:db8:0:1::7", "TV", "DE", 64501), Outside = new("203.0.113.9", "TV", "DE", 64502);

    private static AllowList List(params (AllowKind Kind, string Value)[] entries)
    {
        var state = Decisions.State([.. entries.Select((entry, i) => Decisions.Allow($"d{i}", new AllowEntry { Id = $"e{i}", Kind = entry.Kind, Value = entry.Value, Owner = "o", Reason = "r", Expires = Later }))]);
        return state.Allowed;
    }

    private static bool Covers(AllowList list, params ViewerText[] viewers) => list.Covers(Sid, viewers, areAll: true, Now);

    [Theory]
    [InlineData(AllowKind.Sid, Sid, true)]
    [InlineData(AllowKind.Sid, "abcdefghij_K7nQ2xWbT9rX", false)]
    [InlineData(AllowKind.Account, "abcdefghij", true)]
    [InlineData(AllowKind.Account, "abcdefghik", false)]
    public void Covers_SidOrAccount_WhoeverWatches(AllowKind kind, string value, bool covered)
    {
        Assert.Equal(covered, Covers(List((kind, value)), Inside, Outside));
        Assert.Equal(covered, Covers(List((kind, value))));
    }

    [Theory]
    [InlineData(AllowKind.Cidr, "192.0.2.0/24")]
    [InlineData(AllowKind.Asn, "64500")]
    [InlineData(AllowKind.UserAgent, "ourprobe/1.2")]
    [InlineData(AllowKind.UserAgent, "ourprobe/*")]
    public void Covers_NetworkOrAgent_OnlyWhenEveryViewerIsNamed(AllowKind kind, string value)
    {
        var list = List((kind, value));

        Assert.True(Covers(list, Inside));
        Assert.False(Covers(list, Inside, Outside));
        Assert.False(Covers(list, Outside));
        Assert.False(Covers(list));
        Assert.False(list.Covers(Sid, [Inside], areAll: false, Now));
    }

    [Fact]
    public void Covers_EveryViewerByAnotherEntry_IsCovered()
    {
        var list = List((AllowKind.Cidr, "192.0.2.0/24"), (AllowKind.Cidr, "2001:db8::/32"));

        Assert.True(Covers(list, Inside, SixInside));
        Assert.False(Covers(list, Inside, SixInside, Outside));
    }

    [Theory]
    [InlineData(AllowKind.Sid, Sid)]
    [InlineData(AllowKind.Asn, "64500")]
    public void Covers_EntryThatEnded_IsIgnoredAndSwept(AllowKind kind, string value)
    {
        var list = List((kind, value));

        Assert.True(list.Covers(Sid, [Inside], areAll: true, Later.AddTicks(-1)));
        Assert.False(list.Covers(Sid, [Inside], areAll: true, Later));
        Assert.Empty(list.Holding(Later));
        var state = Decisions.State(Decisions.Allow("d", new AllowEntry { Id = "e", Kind = kind, Value = value, Owner = "o", Reason = "r", Expires = Later }));
        Assert.NotNull(state.Without(Later.ToUnixTimeSeconds()).Allowed.Find("e"));
        Assert.Null(state.Without(Later.ToUnixTimeSeconds() + 1).Allowed.Find("e"));
    }
}
