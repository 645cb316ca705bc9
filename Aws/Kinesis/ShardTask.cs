namespace Portcullis.Aws.Kinesis;

/// <summary>A shard that is read in this process.</summary>
internal sealed class ShardTask(KinesisShardReader reader, CancellationTokenSource ending)
{
    private volatile string? _error;

    public KinesisShardReader Reader => reader;

    /// <summary>Ends the reading of this one shard.</summary>
    public CancellationTokenSource Ending => ending;

    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>What is wrong with its reading, or null.</summary>
    public string? Error
    {
        get => _error;
        set => _error = value;
    }
}
