using System.Text;
using FsCheck.Fluent;

namespace Portcullis.Tokens;

public sealed class TokenSegmentTests
{
    private static TokenRejection Cut(string path) => TokenSegment.TryCut(Encoding.UTF8.GetBytes(path), out _);

    [Fact]
    public void TryCut_FourParts_AreSidTokenAndRest()
    {
        var form = TokenSegment.TryCut("/sid.hh.ppp.s/live/a.m3u8"u8, out var cut);

        Assert.Equal(TokenRejection.None, form);
        Assert.True(cut.Sid.SequenceEqual("sid"u8));
        Assert.True(cut.Header.SequenceEqual("hh"u8));
        Assert.True(cut.Payload.SequenceEqual("ppp"u8));
        Assert.True(cut.Signature.SequenceEqual("s"u8));
        Assert.True(cut.Signed.SequenceEqual("hh.ppp"u8));
        Assert.True(cut.Rest.SequenceEqual("/live/a.m3u8"u8));
    }

    [Fact]
    public void TryCut_ThreeParts_HaveNoSid()
    {
        var form = TokenSegment.TryCut("/h.p.s/a"u8, out var cut);

        Assert.Equal(TokenRejection.None, form);
        Assert.True(cut.Sid.IsEmpty);
        Assert.True(cut.Signed.SequenceEqual("h.p"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//sid.h.p.s/a")]
    [InlineData("sid.h.p.s/a")]
    [InlineData("/sid.h.p.s")]
    [InlineData("/live/a.m3u8")]
    public void TryCut_NoTokenInPlace_IsMissing(string path) => Assert.Equal(TokenRejection.Missing, Cut(path));

    [Theory]
    [InlineData("/a.b/x")]
    [InlineData("/s.h.p.s.x/x")]
    [InlineData("/.h.p.s/x")]
    [InlineData("/s..p.s/x")]
    [InlineData("/s.h..s/x")]
    [InlineData("/s.h.p./x")]
    [InlineData("/%73.h.p.s/x")]
    [InlineData("/s.h.p.s=/x")]
    [InlineData("/s.h.p.+/x")]
    [InlineData("/s.h p.p.s/x")]
    [InlineData("/ä.h.p.s/x")]
    [InlineData("/01234567890123456789012345678901234567890123456789012345678901234.h.p.s/x")]
    public void TryCut_SegmentOfWrongForm_IsMalformed(string path) => Assert.Equal(TokenRejection.Malformed, Cut(path));

    [Fact]
    public void TryCut_SegmentBeyondTheLongest_IsMalformed()
    {
        var longest = $"/s.h.{new string('p', TokenSegment.MaxLength - 6)}.s/x";

        Assert.Equal(TokenRejection.None, Cut(longest));
        Assert.Equal(TokenRejection.Malformed, Cut(longest.Replace(".s/", ".ss/", StringComparison.Ordinal)));
    }

    [Fact]
    public void TryCut_AnyText_NeverThrows() =>
        Seeded.Holds(Gen.Elements("/", ".", "a", "%", "-", "é").ArrayOf().Values(), pieces =>
            Cut(string.Concat(pieces)) is TokenRejection.None or TokenRejection.Missing or TokenRejection.Malformed);
}
