using System.Text.RegularExpressions;
using Portcullis.Logs;

namespace Portcullis.Aws.Kinesis;

/// <summary>Which stream is read, and how.</summary>
public sealed partial record KinesisStreamOptions
{
    /// <value>The stream's name: 1 to 128 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</value>
    public required string Stream { get; init; }

    /// <value>The fields of the real-time log configuration that fills the stream, in its order. Default <see cref="LogFieldList.Default"/>.</value>
    public LogFieldList Fields { get; init; } = LogFieldList.Default;

    /// <value>What the edge writes as log data. Default: Portcullis' function runs there.</value>
    public LogDataTrust Trust { get; init; }

    /// <value>Where reading starts when no shard of the stream was ever read. Default: with the records put from now on.</value>
    public KinesisStart Start { get; init; }

    /// <value>
    /// How often a shard is asked for records, 200 ms to 10 s. Default 250 ms: four of the five reads a second that all readers of a shard
    /// share, so with a second reader take 500 ms.
    /// </value>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <value>How often shards are listed, 1 s to 10 min, besides each time that one ends. Default 10 s.</value>
    public TimeSpan ListEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Most records of one read, 1 to 10,000. Default 10,000.</value>
    public int MostRecords { get; init; } = 10_000;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        if (!StreamName().IsMatch(Stream))
            throw new ArgumentException($"The stream '{Stream}' is no stream name: 1 to 128 letters, digits, '_', '.' and '-'.");
        Check("PollEvery", PollEvery, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
        Check("ListEvery", ListEvery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        if (MostRecords is < 1 or > 10_000)
            throw new ArgumentException($"MostRecords is {MostRecords}; allowed are 1 to 10,000.");
    }

    private static void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            throw new ArgumentException($"{name} is {value}; allowed are {least} to {most}.");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_.-]{1,128}\z")]
    private static partial Regex StreamName();
}
