using Portcullis.Sessions;

namespace Portcullis.Core.Tests.Sessions;

public sealed class CoverageTests
{
    [Fact]
    public void LongestStretch_AnyOrderAndRepeats_CountsEachPositionOnce()
    {
        var coverage = Of(7, 3, 5, 3, 4, 6, 7, 100, 101);

        Assert.Equal((7, 5), (coverage.Count, coverage.LongestStretch(1)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    public void LongestStretch_Gaps_AreBridgedUpToTheStep(int step, int expected) => Assert.Equal(expected, Of(0, 3, 6, 9).LongestStretch(step));

    /// <summary>Places are kept modulo their number: a stretch across the end is one.</summary>
    [Fact]
    public void LongestStretch_AcrossTheEnd_IsOne() => Assert.Equal(40, Of([.. Enumerable.Range(Coverage.Most - 20, 40).Select(i => (long)i)]).LongestStretch(1));

    [Fact]
    public void LongestStretch_NothingOrEverything_IsThatMany()
    {
        Assert.Equal(0, new Coverage().LongestStretch(3));
        Assert.Equal(Coverage.Most, Of([.. Enumerable.Range(0, 3_000).Select(i => (long)i)]).LongestStretch(1));
    }

    [Fact]
    public void Add_AnotherTitle_IsLeftOutUntilTheNextMinute()
    {
        var coverage = Of(1);
        coverage.Add(2, 2);
        Assert.Equal(1, coverage.Count);

        coverage.Clear();
        coverage.Add(2, 2);
        Assert.Equal(1, coverage.Count);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var stored = new MemoryStream();
        var written = Of(1, 2, 3, 1_000);
        using (var writer = new BinaryWriter(stored, System.Text.Encoding.UTF8, leaveOpen: true))
            written.Write(writer);
        stored.Position = 0;

        var read = Coverage.Read(new BinaryReader(stored));
        read.Add(1, 4);
        read.Add(2, 5);

        Assert.Equal((5, 4), (read.Count, read.LongestStretch(1)));
    }

    private static Coverage Of(params long[] positions)
    {
        var coverage = new Coverage();
        foreach (var position in positions)
            coverage.Add(1, position);
        return coverage;
    }
}
