using FsCheck.Fluent;

namespace Portcullis.Notifications;

public sealed class RetryScheduleTests
{
    private static readonly IReadOnlyList<double> None = [.. Enumerable.Repeat(0.0, RetrySchedule.MostAttempts)], Most = [.. Enumerable.Repeat(1.0, RetrySchedule.MostAttempts)];

    /// <summary>The jitter of each attempt of a delivery that never succeeds.</summary>
    private static readonly FsCheck.Gen<double[]> Jitters = Gen.ArrayOf(Gen.Choose(0, 1_000_000).Select(part => part / 1e6), RetrySchedule.MostAttempts);

    [Fact]
    public void WaitAfter_AnyJitter_GivesUpAfterADayAtLeastAndADayAndAHalfAtMost() => Seeded.Holds(
        Jitters.Values(),
        jitters =>
        {
            var waits = Waits(jitters);
            var total = waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait);
            return waits.Count == RetrySchedule.MostAttempts - 1 && total >= TimeSpan.FromHours(24) && total <= TimeSpan.FromHours(36);
        });

    [Fact]
    public void WaitAfter_AnyJitter_IsNeverShorterThanWithoutAndNeverLongerThanAnHourAndAQuarter() => Seeded.Holds(
        Jitters.Values(),
        jitters => Waits(jitters).Zip(Waits(None), Waits(Most)).All(wait => wait.First >= wait.Second && wait.First <= wait.Third && wait.First <= TimeSpan.FromMinutes(75)));

    [Fact]
    public void WaitAfter_WithoutJitter_DoublesUpToAnHour()
    {
        var seconds = Waits(None).Select(wait => wait.TotalSeconds).ToList();

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560], seconds.Take(10));
        Assert.All(seconds.Skip(10), wait => Assert.Equal(3600, wait));
        Assert.Equal(95_115, seconds.Sum());
        Assert.Equal(155, seconds.Take(RetrySchedule.AttemptsInOrder - 1).Sum());
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, -0.1)]
    [InlineData(1, 1.1)]
    [InlineData(1, double.NaN)]
    public void WaitAfter_OutOfRange_Throws(int failures, double jitter) => Assert.Throws<ArgumentOutOfRangeException>(() => RetrySchedule.WaitAfter(failures, jitter));

    private static List<TimeSpan> Waits(IReadOnlyList<double> jitters) =>
        [.. Enumerable.Range(1, jitters.Count).Select(failures => RetrySchedule.WaitAfter(failures, jitters[failures - 1])).TakeWhile(wait => wait is not null).Select(wait => wait!.Value)];
}
