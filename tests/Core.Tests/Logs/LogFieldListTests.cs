using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class LogFieldListTests
{
    [Fact]
    public void Parse_Default_HasTwentyFourFields()
    {
        Assert.Equal(24, LogFieldList.Default.Count);
        Assert.DoesNotContain(LogField.Other, LogFieldList.Default.Fields.ToArray());
    }

    [Theory]
    [InlineData("#Fields: timestamp c-ip sc-status cs-uri-stem")]
    [InlineData("timestamp,c-ip, sc-status,cs-uri-stem")]
    [InlineData("Timestamp\tC-IP\tsc-status\tcs-uri-stem\r\n")]
    public void Parse_AnySeparator_GivesTheFields(string text) => Assert.Equal("timestamp c-ip sc-status cs-uri-stem", LogFieldList.Parse(text).Text, ignoreCase: true);

    [Theory]
    [InlineData("", "0")]
    [InlineData("timestamp c-ip sc-status", "cs-uri-stem")]
    [InlineData("timestamp c-ip c-ip sc-status cs-uri-stem", "c-ip")]
    public void Parse_UnusableList_SaysWhy(string text, string named) => Assert.Contains(named, Assert.Throws<FormatException>(() => LogFieldList.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_UnknownNames_ArePassedOver()
    {
        var fields = LogFieldList.Parse("ssl-cipher timestamp c-ip sc-status cs-uri-stem ssl-cipher");

        Assert.Equal(LogField.Other, fields.Fields[0]);
        Assert.Equal(6, fields.Count);
    }
}
