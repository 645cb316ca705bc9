namespace Portcullis.Local.Edge;

/// <summary>How much of a live channel can be had at one time.</summary>
public sealed record LiveWindow
{
    /// <value>Segments that a media playlist lists; 3 to 100. Default 6.</value>
    public int Segments { get; init; } = 6;

    /// <value>Seconds for which a segment can be fetched after its end, at least as long as the playlist lists it; 1 to 3,600. Default 60.</value>
    public int Past { get; init; } = 60;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Segments is < 3 or > 100)
            throw new ArgumentException($"Edge:Live:Segments is {Segments}; 3 to 100 are allowed.");
        if (Past is < 1 or > 3_600)
            throw new ArgumentException($"Edge:Live:Past is {Past} s; 1 to 3,600 s are allowed.");
    }
}
