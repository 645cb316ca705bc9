namespace Portcullis.Revocations;

public sealed class AllowEntryTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static AllowEntry Entry(AllowKind kind, string value) =>
        new() { Id = "e", Kind = kind, Value = value, Owner = "support", Reason = "a partner", Expires = Now.AddDays(1) };

    [Theory]
    [InlineData(AllowKind.Sid, "K7nQ2xWbT9rL", true)]
    [InlineData(AllowKind.Sid, "a.b", false)]
    [InlineData(AllowKind.Account, "abcdefghij", true)]
    [InlineData(AllowKind.Account, "short", false)]
    [InlineData(AllowKind.Cidr, "192.0.2.0/24", true)]
    [InlineData(AllowKind.Cidr, "192.0.2.7/32", true)]
    [InlineData(AllowKind.Cidr, "10.0.0.0/8", true)]
    [InlineData(AllowKind.Cidr, "0.0.0.0/0", false)]
    [InlineData(AllowKind.Cidr, "2.0.0.0/7", false)]
    [InlineData(AllowKind.Cidr, "192.0.2.7/24", true)]
    [InlineData(AllowKind.Cidr, "192.0.2.0", false)]
    [InlineData(AllowKind.Cidr, "2001:db8::/32", true)]
    [InlineData(AllowKind.Cidr, "2000::/3", false)]
    [InlineData(AllowKind.Asn, "64500", true)]
    [InlineData(AllowKind.Asn, "0", false)]
    [InlineData(AllowKind.Asn, "AS64500", false)]
    [InlineData(AllowKind.Asn, "4294967296", false)]
    [InlineData(AllowKind.UserAgent, "probe/1", true)]
    [InlineData(AllowKind.UserAgent, "ourprobe*", true)]
    [InlineData(AllowKind.UserAgent, "Mozill*", false)]
    [InlineData(AllowKind.UserAgent, "*", false)]
    [InlineData(AllowKind.UserAgent, "a\nb", false)]
    public void Check_Value_IsAsItsKindAsks(AllowKind kind, string value, bool valid) =>
        Assert.Equal(valid ? [] : ["value"], Entry(kind, value).Check(Now).Select(error => error.Field));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(90 * 86_400, true)]
    [InlineData((90 * 86_400) + 1, false)]
    public void Check_Expiry_LiesWithin90Days(int seconds, bool valid) =>
        Assert.Equal(valid ? [] : ["expires"], (Entry(AllowKind.Sid, "a") with { Expires = Now.AddSeconds(seconds) }).Check(Now).Select(error => error.Field));

    [Fact]
    public void Check_OwnerAndReason_AreMandatory() =>
        Assert.Equal(["owner", "reason"], (Entry(AllowKind.Sid, "a") with { Owner = " ", Reason = "" }).Check(Now).Select(error => error.Field));
}
