namespace Portcullis.Local.Stream;

/// <summary>Options of the file-backed log stream.</summary>
public sealed record LogStreamOptions
{
    /// <value>Shards, 1 to 64. Default 2. Raising it later adds shards; it cannot be lowered below what is on disk.</value>
    public int Shards { get; init; } = 2;

    /// <value>Size at which a shard goes on in a new file, in bytes. Default 64 MiB.</value>
    public long FileSize { get; init; } = 64L << 20;

    /// <value>Age at which a shard goes on in a new file, so that lines are not kept for longer than the retention and this. Default 1 hour.</value>
    public TimeSpan FileAge { get; init; } = TimeSpan.FromHours(1);

    /// <value>How long read files are kept. Default 24 hours, as Kinesis does.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <value>Bytes of lines, line feeds included, that may wait per shard while the disk does not take them; more are dropped and counted. Default 8 MiB.</value>
    public int MaxPending { get; init; } = 8 << 20;
}
