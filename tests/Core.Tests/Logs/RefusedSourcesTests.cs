using Portcullis.Logs;

namespace Portcullis.Core.Tests.Logs;

public sealed class RefusedSourcesTests
{
    [Fact]
    public void Add_OneSource_CountsItsRefusals()
    {
        var sources = new RefusedSources();

        Add(sources, "198.51.100.7", afterBlock: false);
        Add(sources, "198.51.100.7", afterBlock: true);

        Assert.Equal(new RefusedSource("198.51.100.7", 2, 0, 1, new LineText().Time), Assert.Single(sources.Top()));
    }

    [Fact]
    public void Add_FloodFromManyAddresses_StaysBoundedAndKeepsTheHeaviest()
    {
        var sources = new RefusedSources();
        for (var i = 0; i < 20_000; i++)
        {
            Add(sources, $"10.{i / 65_536}.{i / 256 % 256}.{i % 256}", afterBlock: false);
            if (i % 50 == 0)
                Add(sources, "203.0.113.9", afterBlock: false);
        }

        var top = sources.Top();

        Assert.Equal(RefusedSources.Kept, top.Count);
        var heaviest = Assert.Single(top, source => source.Address == "203.0.113.9");
        Assert.InRange(400, heaviest.Requests - heaviest.Excess, heaviest.Requests);
    }

    private static void Add(RefusedSources sources, string address, bool afterBlock)
    {
        LogLineParser.TryParse(new LineText { Ip = address, Status = "403", LogData = "no.revoked" }.Bytes, LogFieldList.Default, out var line);
        sources.Add(line, afterBlock);
    }
}
