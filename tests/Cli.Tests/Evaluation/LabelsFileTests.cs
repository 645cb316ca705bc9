using Portcullis.Cli.Evaluation;

namespace Portcullis.Cli.Tests.Evaluation;

public sealed class LabelsFileTests
{
    [Fact]
    public void Parse_EveryForm_IsRead()
    {
        var labels = LabelsFile.Parse(
            [
                "# seed 7", "", "aaaaaaaaaaaaaaaa\tviewer\t", "bbbbbbbbbbbbbbbb\tviewer:relay+seek-storm", "cccccccccccccccc\tshared:4-9\t1795298884.112",
                "dddddddddddddddd\trestream\t1795298884", "eeeeeeeeeeeeeeee\trip:slow\t1795298884.5",
            ],
            "labels.tsv");

        Assert.Equal(
            [
                new SessionLabel("aaaaaaaaaaaaaaaa", OffenceClass.Viewer, "", null), new SessionLabel("bbbbbbbbbbbbbbbb", OffenceClass.Viewer, "relay+seek-storm", null),
                new SessionLabel("cccccccccccccccc", OffenceClass.Shared, "4-9", 1_795_298_884.112m), new SessionLabel("dddddddddddddddd", OffenceClass.Restream, "", 1_795_298_884m),
                new SessionLabel("eeeeeeeeeeeeeeee", OffenceClass.Rip, "slow", 1_795_298_884.5m),
            ],
            labels.Values);
        Assert.Equal(["viewer", "viewer:relay+seek-storm", "shared:4-9", "restream", "rip:slow"], labels.Values.Select(label => label.Name));
    }

    [Theory]
    [InlineData("onlyasid", "1 fields")]
    [InlineData("a\tviewer\t\tmore", "4 fields")]
    [InlineData("a.b\tviewer\t", "sid")]
    [InlineData("\tviewer\t", "sid")]
    [InlineData("a\tpirate\t1795298884", "'pirate'")]
    [InlineData("a\tViewer\t", "'Viewer'")]
    [InlineData("a\tshared:\t1795298884", "no kind")]
    [InlineData("a\tviewer\t1795298884", "must be empty")]
    [InlineData("a\tshared:2\t", "firstOffence ''")]
    [InlineData("a\tshared:2", "firstOffence ''")]
    [InlineData("a\trip\tsoon", "'soon'")]
    [InlineData("a\trip\t1795298884112", "'1795298884112'")]
    [InlineData("a\trip\t-1795298884", "'-1795298884'")]
    public void Parse_WrongLine_IsNamedByNumberAndFault(string line, string named)
    {
        var mistake = Assert.Throws<FormatException>(() => LabelsFile.Parse(["ok\tviewer\t", line], "labels.tsv"));

        Assert.StartsWith("labels.tsv, line 2: ", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}\tviewer")]
    [InlineData("a\t{0}")]
    [InlineData("a\trip\t{0}")]
    public void Parse_TokenInTheWrongPlace_IsNotShown(string line)
    {
        var withToken = line.Replace("{0}", "abc.eyJhbGciOiJIUzI1NiJ9.eyJ2ZXIiOjJ9.secretsecretsecret", StringComparison.Ordinal);

        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => LabelsFile.Parse([withToken], "labels.tsv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SidTwice_IsRefused() =>
        Assert.Contains("line 2: 'a' has a label already, viewer:plain", Assert.Throws<FormatException>(() => LabelsFile.Parse(["a\tviewer:plain", "a\trip\t1795298884"], "labels.tsv")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_NoLabel_IsRefused() =>
        Assert.Contains("holds no label", Assert.Throws<FormatException>(() => LabelsFile.Parse(["# nothing"], "labels.tsv")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_MissingFile_IsRefused() =>
        Assert.Contains("cannot read the labels", Assert.Throws<FormatException>(() => LabelsFile.Read("/nowhere/labels.tsv")).Message, StringComparison.Ordinal);
}
