namespace Portcullis.Cli.Evaluation;

/// <summary>Wrong revocations per viewer-hour of honest viewers, with the exact 95 % interval.</summary>
/// <param name="PerViewerHour">The rate seen.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
internal sealed record WrongRate(double PerViewerHour, double Low, double High)
{
    /// <summary>The rate; null without viewer-hours.</summary>
    public static WrongRate? Of(int wrong, double viewerHours)
    {
        if (viewerHours <= 0)
            return null;
        var interval = PoissonInterval.Of(wrong);
        return new WrongRate(wrong / viewerHours, interval.Low / viewerHours, interval.High / viewerHours);
    }
}
