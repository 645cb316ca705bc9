namespace Portcullis.Assets;

/// <summary>A time in which automatic verdicts on an asset are enforced, such as a match.</summary>
public sealed record ArmedWindow
{
    /// <value>Its first moment.</value>
    public required DateTimeOffset From { get; init; }

    /// <value>The first moment behind it.</value>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Whether a moment lies in it.</summary>
    /// <param name="time">Epoch milliseconds.</param>
    public bool Holds(long time) => time >= From.ToUnixTimeMilliseconds() && time < Until.ToUnixTimeMilliseconds();
}
