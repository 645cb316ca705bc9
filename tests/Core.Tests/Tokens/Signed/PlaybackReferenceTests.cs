namespace Portcullis.Tokens.Signed;

public sealed class PlaybackReferenceTests
{
    [Theory]
    [InlineData("https://a.example/s.h.p.g/live/a?x=1#t", "/s.h.p.g/live/a", false)]
    [InlineData("/live/a?pt=s.h.p.g", "/s.h.p.g/live/a", false)]
    [InlineData("https://a.example/live/a?x=1&pt=s.h.p.g", "/s.h.p.g/live/a", false)]
    [InlineData("/live/a?pt=s.h.p.g&pt=s.h.p.g", "/live/a", false)]
    [InlineData("/live/a?pt=s/../h.p.g", "/live/a", false)]
    [InlineData("/a.b.c.d/live/a?pt=s.h.p.g", "/a.b.c.d/live/a", false)]
    [InlineData("/aB3dE6gH9jK2mN5p/live/a?pt=s.h.p.g", "/s.h.p.g/aB3dE6gH9jK2mN5p/live/a", false)]
    [InlineData("/aB3dE6gH9jK2mN5p/live/a?Policy=x", "/aB3dE6gH9jK2mN5p/live/a", true)]
    [InlineData("/live/a", "/live/a", false)]
    public void TryParse_Url_FindsItsForm(string url, string tokenPath, bool signed)
    {
        var reference = PlaybackReference.TryParse(url, null)!;

        Assert.Equal((tokenPath, signed), (reference.TokenPath, reference.IsSigned));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("https://a.example")]
    [InlineData("https://a.example?x=/y")]
    public void TryParse_NoUrl_IsNull(string url) => Assert.Null(PlaybackReference.TryParse(url, null));
}
