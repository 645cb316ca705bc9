using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>Checkpoints that live as long as the test.</summary>
internal sealed class MemoryCheckpoints : ILogCheckpoints
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Stream, string Shard), ShardCheckpoint> _checkpoints = [];

    public ValueTask<IReadOnlyList<ShardCheckpoint>> LoadAsync(string stream, CancellationToken cancellation = default)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<ShardCheckpoint>>([.. _checkpoints.Where(entry => entry.Key.Stream == stream).Select(entry => entry.Value)]);
    }

    public ValueTask<ShardCheckpoint> ClaimAsync(string stream, string shard, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            var before = _checkpoints.GetValueOrDefault((stream, shard)) ?? new ShardCheckpoint(shard, 0);
            return ValueTask.FromResult(_checkpoints[(stream, shard)] = before with { Owner = before.Owner + 1 });
        }
    }

    public ValueTask<bool> SaveAsync(string stream, ShardCheckpoint checkpoint, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (!_checkpoints.TryGetValue((stream, checkpoint.Shard), out var before) || before.Owner != checkpoint.Owner)
                return ValueTask.FromResult(false);
            var isBehind = (before.IsClosed && !checkpoint.IsClosed) || (before.Position is { } stored && !(checkpoint.Position >= stored));
            if (!isBehind)
                _checkpoints[(stream, checkpoint.Shard)] = checkpoint;
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask DeleteAsync(string stream, string shard, CancellationToken cancellation = default)
    {
        lock (_lock)
            _checkpoints.Remove((stream, shard));
        return ValueTask.CompletedTask;
    }
}
