namespace Portcullis.Accounts;

public sealed class DeviceFamilyTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Tizen 6.0; SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/76 TV Safari/537.36", "Samsung Internet on Samsung TV")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Mac")]
    [InlineData("AppleCoreMedia/1.0.0.21K69 (Apple TV; U; CPU OS 17_1 like Mac OS X; en_us)", "Apple TV")]
    [InlineData("Dalvik/2.1.0 (Linux; U; Android 9; AFTMM Build/PS7633)", "Fire TV")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; AFTMM) AppleWebKit/537.36 Chrome/120 Safari/537.36", "Chrome on Fire TV")]
    [InlineData("VLC/3.0.20 LibVLC/3.0.20", "VLC")]
    [InlineData("ExoPlayer", "ExoPlayer")]
    public void Of_UserAgent_IsWhatAViewerCallsIt(string userAgent, string family) => Assert.Equal(family, DeviceFamily.Of(userAgent));

    /// <summary>Whatever a device calls itself, no part of it that could be an address, a name or a token is repeated.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::7")]
    [InlineData("fe80::1%eth0/1.0")]
    [InlineData("192.0.2.1/1.0 (me)")]
    [InlineData("anna@example.com/1.0")]
    [InlineData("\u0645\u0634\u063a\u0644/1.0")]
    [InlineData("abcdefghij_0123456789abcdef")]
    [InlineData("AVeryLongNameThatCouldBeASecretOfAnyKindAtAll")]
    public void Of_WhatCouldBeAnything_IsNothing(string userAgent) => Assert.Null(DeviceFamily.Of(userAgent));
}
