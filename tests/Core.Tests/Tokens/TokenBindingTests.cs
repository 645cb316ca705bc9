using System.Buffers.Text;
using static Portcullis.Tokens.Gate;

namespace Portcullis.Tokens;

public sealed class TokenBindingTests
{
    private static readonly ViewerBinding WhenPresent =
        new() { Country = GeoBinding.WhenPresent, Region = GeoBinding.WhenPresent, City = GeoBinding.WhenPresent };

    private static string Bound(ViewerBinding bind, IViewer? viewer = null) => Mint(Policy with { Bind = bind }, viewer);

    private static Viewer WithHeaders(params (string Name, string Value)[] headers) =>
        Someone with { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };

    [Fact]
    public void Verify_SameAddressInOtherSpelling_IsAccepted()
    {
        var segment = Bound(new() { Ip = true }, Someone with { Ip = "2001:db8::7" });

        Assert.Equal(TokenRejection.None, Judge(segment, viewer: Someone with { Ip = "2001:0DB8:0:0::0007" }));
    }

    [Theory]
    [InlineData("203.0.113.8")]
    [InlineData(null)]
    public void Verify_OtherOrNoAddress_IsRefused(string? address) =>
        Assert.Equal(TokenRejection.Viewer, Judge(Bound(new() { Ip = true }), viewer: Someone with { Ip = address }));

    [Fact]
    public void Verify_BoundHeaderAbsentAtMint_MustStayAbsent()
    {
        var segment = Bound(new() { Headers = ["x-app"] });

        Assert.Equal(TokenRejection.None, Judge(segment));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders(("x-app", ""))));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders(("x-app", "-"))));
    }

    [Fact]
    public void Verify_BoundHeaderPresentAtMint_MustStayTheSame()
    {
        var segment = Bound(new() { Headers = ["user-agent"] });

        Assert.Equal(TokenRejection.None, Judge(segment));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders(("user-agent", "player/1.0"))));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders()));
    }

    [Fact]
    public void Verify_ValueMovedBetweenHeaders_IsRefused()
    {
        var bind = new ViewerBinding { Headers = ["a", "b"] };
        var segment = Bound(bind, WithHeaders(("a", "1\nh.b=1:2"), ("b", "")));

        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders(("a", "1"), ("b", "2\nh.b=0:"))));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: WithHeaders(("a", ""), ("b", "1\nh.b=1:2"))));
    }

    [Fact]
    public void Verify_HeaderValueSentAsQuery_IsRefused()
    {
        var segment = Bound(new() { Headers = ["user-agent"], Query = ["device"] });
        var swapped = WithHeaders(("user-agent", "tv")) with { QueryParameters = new Dictionary<string, string> { ["device"] = "Player/1.0" } };

        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: swapped));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tv2")]
    [InlineData("tv,tv")]
    public void Verify_OtherQueryValue_IsRefused(string? value)
    {
        var parameters = value is null ? new Dictionary<string, string>() : new() { ["device"] = value };

        Assert.Equal(TokenRejection.Viewer, Judge(Bound(new() { Query = ["device"] }), viewer: Someone with { QueryParameters = parameters }));
    }

    [Fact]
    public void Verify_RequiredGeo_MustBeShownAndEqual()
    {
        var segment = Bound(new() { Country = GeoBinding.Required });

        Assert.Equal(TokenRejection.None, Judge(segment));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Country = "FR" }));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Country = null }));
    }

    [Fact]
    public void Verify_WhenPresent_SkipsOnlyTheMissingAttribute()
    {
        var segment = Bound(WhenPresent);

        Assert.Equal(TokenRejection.None, Judge(segment, viewer: Someone with { Region = null }));
        Assert.Equal(TokenRejection.None, Judge(segment, viewer: Viewer.Unknown));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Region = null, City = "Paris" }));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Region = null, Country = "FR" }));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { City = "Potsdam" }));
    }

    [Fact]
    public void Verify_WhenPresentButAbsentAtMint_BindsTheOthers()
    {
        var segment = Bound(WhenPresent, Someone with { City = null });

        Assert.Equal(TokenRejection.None, Judge(segment));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { Region = "BB" }));
    }

    [Fact]
    public void Verify_WhenPresentMacOfAnotherAttribute_IsRefused()
    {
        var viewer = Someone with { Region = "DE" };
        var mac = new byte[32];
        TokenBinding.OfAttribute(Key, Sid, BoundAttribute.Country, viewer, mac);
        var country = new KeyValuePair<string, string>("reg", Base64Url.EncodeToString(mac));

        Assert.Equal(TokenRejection.Viewer, Judge(Sign(claims => claims with { OptionalBindings = [country] }), viewer: viewer));
    }

    [Fact]
    public void Verify_BindingOfAnotherSession_IsRefused()
    {
        var required = new[] { "co" };
        var other = TokenMint.Mint(Policy with { Bind = new() { Country = GeoBinding.Required } }, Someone, "other0000000", Key, Now).Token!;
        TokenVerifier.Authenticate(System.Text.Encoding.ASCII.GetBytes(other.PathTo(MediaSegment)), LiveKeys, out var claims, out _);
        var binding = claims!.Binding;

        Assert.Equal(TokenRejection.Viewer, Judge(Sign(own => own with { Attributes = required, Binding = binding })));
    }

    [Fact]
    public void Verify_EmptyBinding_IsRefused()
    {
        string[] country = ["co"], userAgent = ["user-agent"], device = ["device"];

        Assert.Equal(TokenRejection.Viewer, Judge(Sign(claims => claims with { Attributes = country, Binding = "" })));
        Assert.Equal(TokenRejection.Viewer, Judge(Sign(claims => claims with { Headers = userAgent, Binding = "" })));
        Assert.Equal(TokenRejection.Viewer, Judge(Sign(claims => claims with { Query = device, Binding = "" })));
    }

    [Fact]
    public void Verify_ExceptedPath_AsksForNoViewer()
    {
        var segment = Mint(Policy with { Exc = ["/live/one/open"], Bind = new() { Ip = true } });

        Assert.Equal(TokenRejection.None, Judge(segment, "/live/one/open/a.m4s", Viewer.Unknown));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, "/live/one/opened", Viewer.Unknown));
    }
}
