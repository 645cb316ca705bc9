using Portcullis.Engine;

namespace Portcullis.Local.Stream;

/// <summary>A log stream in append-only files with Kinesis' semantics: shards, sequence numbers, retention; order only within a shard.</summary>
internal sealed class FileLogStream : ILogAppender, IHealthReporting, IAsyncDisposable
{
    private readonly FileLogShard[] _shards;
    private readonly TimeProvider _time;

    public FileLogStream(string folder, LogStreamOptions options, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        var existing = Directory.GetDirectories(folder, "shard-*").Length;
        _shards = [.. Enumerable.Range(0, Math.Max(options.Shards, existing)).Select(number => new FileLogShard(Path.Combine(folder, $"shard-{number:d3}"), options, time))];
    }

    public IReadOnlyList<FileLogShard> Shards => _shards;

    /// <summary>Lines that could not be kept.</summary>
    public long Dropped => _shards.Sum(shard => shard.Dropped);

    public StoreHealth Health
    {
        get
        {
            var failed = _shards.Select(shard => shard.Health).FirstOrDefault(health => !health.IsHealthy);
            return failed is null ? new StoreHealth("log-stream", null, _shards.Max(shard => shard.Health.Since)) : failed with { Name = "log-stream" };
        }
    }

    /// <summary>Like CloudFront's partition key, the shard is random.</summary>
    public bool TryAppend(ReadOnlySpan<byte> line) => _shards[Random.Shared.Next(_shards.Length)].TryAppend(line);

    /// <summary>Deletes files that are older than the retention and wholly before a position.</summary>
    public void DeleteBefore(IReadOnlyDictionary<string, long> positions)
    {
        foreach (var shard in _shards)
            shard.DeleteBefore(positions.GetValueOrDefault(shard.Id), _time.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards)
            await shard.DisposeAsync().ConfigureAwait(false);
    }
}
