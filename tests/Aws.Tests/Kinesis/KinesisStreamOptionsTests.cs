using Portcullis.Aws.Kinesis;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class KinesisStreamOptionsTests
{
    private static readonly KinesisStreamOptions Valid = new() { Stream = "logs_1.a-b" };

    public static TheoryData<KinesisStreamOptions, string> Wrong => new()
    {
        { Valid with { Stream = "" }, "''" },
        { Valid with { Stream = "a/b" }, "'a/b'" },
        { Valid with { Stream = new string('a', 129) }, "stream name" },
        { Valid with { PollEvery = TimeSpan.FromMilliseconds(199) }, "PollEvery" },
        { Valid with { ListEvery = TimeSpan.FromMinutes(11) }, "ListEvery" },
        { Valid with { MostRecords = 0 }, "MostRecords is 0" },
        { Valid with { MostRecords = 10_001 }, "MostRecords" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_OutOfRange_NamesIt(KinesisStreamOptions options, string part)
    {
        Valid.Validate();

        Assert.Contains(part, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LATEST")]
    [InlineData("trim_horizon")]
    [InlineData("2026-11-25T12:00:00.0000000+00:00")]
    public void Parse_Start_IsWrittenAsItIsRead(string text)
    {
        var start = KinesisStart.Parse(text);

        Assert.Equal(text, start.ToString(), ignoreCase: true);
        Assert.Equal(start, KinesisStart.Parse(start.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("oldest")]
    [InlineData("25:00")]
    public void Parse_NoStart_SaysWhatIsAllowed(string text) =>
        Assert.Contains("TRIM_HORIZON", Assert.Throws<FormatException>(() => KinesisStart.Parse(text)).Message, StringComparison.Ordinal);
}
