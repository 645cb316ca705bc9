using System.Net;

namespace Portcullis.Notifications;

public sealed class WebhookAddressTests
{
    private static readonly Uri Https = new("https://hooks.example.com/"), Loopback = new("http://localhost:8080/");

    [Theory]
    [InlineData("https://hooks.example.com/portcullis?key=1")]
    [InlineData("https://hooks.example.com:8443")]
    [InlineData("https://10.1.2.3/hook")]
    [InlineData("https://[fd00::1]/hook")]
    [InlineData("https://bücher.example/")]
    [InlineData("https://localhost/")]
    [InlineData("http://localhost:8080/hook")]
    [InlineData("http://127.0.0.1:8080/hook")]
    [InlineData("http://127.9.9.9/")]
    [InlineData("http://[::1]:8080/")]
    public void Check_Allowed_IsNull(string url) => Assert.Null(WebhookAddress.Check(url));

    [Theory]
    [InlineData("")]
    [InlineData("hooks.example.com/x")]
    [InlineData("/hook")]
    [InlineData("https://")]
    [InlineData("https://a b/")]
    [InlineData(" https://hooks.example.com/")]
    [InlineData("https://hooks.example.com/\n")]
    [InlineData("http://hooks.example.com/")]
    [InlineData("http://127.0.0.1.example.com/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("ftp://hooks.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user@hooks.example.com/")]
    [InlineData("https://user:password@hooks.example.com/")]
    [InlineData("https://hooks.example.com/#x")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://0xa9fea9fe/")]
    [InlineData("https://2852039166/")]
    [InlineData("https://0251.0376.0251.0376/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://[::]/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://224.0.0.1/")]
    public void Check_NotAllowed_SaysWhy(string url) => Assert.StartsWith("must ", WebhookAddress.Check(url), StringComparison.Ordinal);

    [Fact]
    public void Check_TooLong_SaysWhy() => Assert.NotNull(WebhookAddress.Check("https://hooks.example.com/" + new string('x', WebhookAddress.MaxUrlLength)));

    [Theory]
    [InlineData("203.0.113.5", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("169.254.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::169.254.169.254", false)]
    [InlineData("64:ff9b::169.254.169.254", false)]
    [InlineData("2002:a9fe:a9fe::1", false)]
    [InlineData("2002:cb00:7105::1", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("::", false)]
    [InlineData("224.0.0.251", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::1", false)]
    public void IsAllowed_Https_RefusesOnlyWhatHandsOutCredentialsOrIsNoMachine(string address, bool expected) =>
        Assert.Equal(expected, WebhookAddress.IsAllowed(IPAddress.Parse(address), Https));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("203.0.113.5", false)]
    [InlineData("10.0.0.1", false)]
    public void IsAllowed_LoopbackUrl_MustStayOnLoopback(string address, bool expected) => Assert.Equal(expected, WebhookAddress.IsAllowed(IPAddress.Parse(address), Loopback));
}
