using FsCheck.Fluent;

namespace Portcullis.Tokens;

public sealed class SessionIdTests
{
    private static readonly byte[] TagKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("a")]
    [InlineData("A0_-z")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void IsValid_AllowedCharacters_IsTrue(string sid) => Assert.True(SessionId.IsValid(sid));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a%43")]
    [InlineData("ä")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void IsValid_OtherTextOrTooLong_IsFalse(string sid) => Assert.False(SessionId.IsValid(sid));

    [Fact]
    public void IsValid_AnyText_IsTheSameForCharactersAndBytes() =>
        Seeded.Holds(ArbMap.Default.ArbFor<string>(), text =>
            SessionId.IsValid(text ?? "") == SessionId.IsValid(System.Text.Encoding.UTF8.GetBytes(text ?? "")));

    [Fact]
    public void Draw_AnyLength_IsValidAndKeepsItsTag() =>
        Seeded.Holds(Gen.Choose(SessionId.MinRandomLength, 48).Values(), length =>
        {
            var tag = SessionId.AccountTag(TagKey, "account");
            var plain = SessionId.Draw(null, length);
            var tagged = SessionId.Draw(tag, length);
            return plain.Length == length && SessionId.IsValid(plain) && SessionId.HasDrawnForm(plain) && SessionId.HasDrawnForm(tagged) && SessionId.AccountTagOf(plain).IsEmpty
                && SessionId.IsValid(tagged) && SessionId.AccountTagOf(tagged).SequenceEqual(tag);
        });

    [Theory]
    [InlineData(11)]
    [InlineData(49)]
    public void Draw_LengthOutOfRange_Throws(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SessionId.Draw(null, length));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("abc/def.gh")]
    [InlineData("abcdefghij_")]
    public void Draw_TextThatIsNoTag_Throws(string tag) =>
        Assert.Throws<ArgumentException>(() => SessionId.Draw(tag));

    [Fact]
    public void Draw_ManyTimes_UsesAllCharactersEvenly()
    {
        var counts = new int[128];
        for (var i = 0; i < 4000; i++)
        {
            foreach (var character in SessionId.Draw(null, 48))
                counts[character]++;
        }
        var used = counts.Where(count => count > 0).ToArray();

        // 192,000 draws: 3,097 each, standard deviation 55. Modulo bias of a byte would give eight characters 25 % more.
        Assert.Equal(62, used.Length);
        Assert.All(used, count => Assert.InRange(count, 2700, 3500));
    }

    [Fact]
    public void AccountTag_SameAccount_IsTheSameTag()
    {
        var tag = SessionId.AccountTag(TagKey, "kunde-42");

        Assert.True(SessionId.IsAccountTag(tag));
        Assert.Equal(tag, SessionId.AccountTag(TagKey, "kunde-42"));
        Assert.NotEqual(tag, SessionId.AccountTag(TagKey, "kunde-43"));
        Assert.NotEqual(tag, SessionId.AccountTag([.. TagKey.Reverse()], "kunde-42"));
    }

    [Theory]
    [InlineData("abcdefghij_")]
    [InlineData("abcdefghi_0123456789ab")]
    [InlineData("abcde-ghij_0123456789ab")]
    [InlineData("0123456789abcdef")]
    public void AccountTagOf_SidWithoutTag_IsEmpty(string sid) => Assert.True(SessionId.AccountTagOf(sid).IsEmpty);

    [Theory]
    [InlineData("live")]
    [InlineData("0123456789a")]
    [InlineData("summer-games-2026")]
    [InlineData("abcdefghij_0123456789a")]
    [InlineData("abcdefghij_0123456789-b")]
    [InlineData("abcdefghij-0123456789ab")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9")]
    [InlineData("abcdefghij_eyJhbGciOiJIUzI1NiJ9")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("")]
    public void HasDrawnForm_OtherText_IsFalse(string sid) => Assert.False(SessionId.HasDrawnForm(sid));

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("0123456789abcdef", "89abcdef")]
    public void SupportReference_AnySid_IsItsEnd(string sid, string reference) => Assert.Equal(reference, SessionId.SupportReference(sid));
}
