using System.Net;
using System.Text;
using FsCheck.Fluent;
using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class ClientAddressTests
{
    [Fact]
    public void TryParse_AnyAddress_AgreesWithTheFramework() =>
        Seeded.Holds(Gen.Choose(0, 255).ArrayOf(16).Values(), octets =>
        {
            var v6 = new IPAddress(octets.Select(octet => (byte)octet).ToArray());
            var v4 = new IPAddress(octets.Take(4).Select(octet => (byte)octet).ToArray());
            return Parse(v6.ToString()) is { } six && six == ToNumber(v6) && Parse(v4.ToString()) is { } four && four == ToNumber(v4.MapToIPv6());
        });

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1..3.4")]
    [InlineData("a.b.c.d")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::g")]
    public void TryParse_NoAddress_IsRefused(string text) => Assert.Null(Parse(text));

    [Fact]
    public void Network_SameHome_IsEqual()
    {
        Assert.Equal(ClientAddress.Network(Parse("2001:db8::1")!.Value), ClientAddress.Network(Parse("2001:db8::ffff")!.Value));
        Assert.NotEqual(ClientAddress.Network(Parse("2001:db8::1")!.Value), ClientAddress.Network(Parse("2001:db8:0:1::1")!.Value));
        Assert.NotEqual(ClientAddress.Network(Parse("198.51.100.1")!.Value), ClientAddress.Network(Parse("198.51.100.2")!.Value));
    }

    private static UInt128? Parse(string text) => ClientAddress.TryParse(Encoding.ASCII.GetBytes(text), out var address) ? address : null;

    private static UInt128 ToNumber(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());
}
