namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="PaceDetector"/>.</summary>
public sealed record PaceOptions : DetectorOptions
{
    /// <value>How many times real time one playhead must go on, or a stretch of the title be fetched over any number of connections, to be fast. Default 3: players offer twice at most, and fill a buffer once.</value>
    public double FastFrom { get; init; } = 3;

    /// <value>For how many minutes on end. Default 2.</value>
    public int LeastMinutes { get; init; } = 2;

    /// <value>Pace at which one minute is enough. Default 8: more than any buffer holds.</value>
    public double RipFrom { get; init; } = 8;

    /// <value>How many times real time a title must be fetched, in whatever order and by whatever viewers. Default 6: more players than a home has.</value>
    public double BulkFrom { get; init; } = 6;

    /// <value>For how many minutes on end. Default 3: nobody jumps to and fro for as long.</value>
    public int LeastBulkMinutes { get; init; } = 3;

    /// <value>Weight. Default 85.</value>
    public int Weight { get; init; } = 85;
}
