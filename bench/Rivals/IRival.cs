namespace Portcullis.Bench.Rivals;

/// <summary>Something that goes over a whole log file and says which sessions stand out.</summary>
internal interface IRival
{
    /// <summary>The row's name.</summary>
    string Name { get; }

    /// <summary>Goes over the file once.</summary>
    RivalScore Run(string file);
}

/// <summary>One run.</summary>
/// <param name="Lines">Lines of the file.</param>
/// <param name="Seconds">Time from the first byte read to the flagged sessions.</param>
/// <param name="Flagged">Flagged sessions, in ordinal order.</param>
internal sealed record RivalScore(long Lines, double Seconds, IReadOnlyList<string> Flagged);
