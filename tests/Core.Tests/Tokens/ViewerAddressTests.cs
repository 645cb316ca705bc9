using System.Net;
using FsCheck.Fluent;

namespace Portcullis.Tokens;

public sealed class ViewerAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:0db8:0000:0000:0000:0000:0000:0001")]
    [InlineData("::", "0000:0000:0000:0000:0000:0000:0000:0000")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:cb00:7107", "203.0.113.7")]
    public void Canonical_OneAddress_HasOneText(string text, string expected) => Assert.Equal(expected, ViewerAddress.Canonical(text));

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("256.0.0.1")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("203.0.113.7:443")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("fe80::1%2")]
    [InlineData(" 203.0.113.7")]
    public void Canonical_OtherText_IsNull(string text) => Assert.Null(ViewerAddress.Canonical(text));

    [Fact]
    public void Canonical_AnyIPv6Address_ReadsBackAsItself() =>
        Seeded.Holds(Gen.Choose(0, 255).ArrayOf(16).Values(), octets =>
        {
            var address = new IPAddress([.. octets.Select(octet => (byte)octet)]);
            var text = ViewerAddress.Canonical(address.ToString());
            return text == ViewerAddress.Canonical(address) && (address.IsIPv4MappedToIPv6 || IPAddress.Parse(text!).Equals(address));
        });
}
