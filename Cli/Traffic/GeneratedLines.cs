using Portcullis.Cli.Replay;
using Portcullis.Traffic;

namespace Portcullis.Cli.Traffic;

/// <summary>The lines of a generated event, for the engine to read without a file between.</summary>
internal sealed class GeneratedLines(TrafficGenerator generator) : ILineSource
{
    private const int ChunkSize = 4 << 20, LongestLine = 4096;

    private readonly Stack<LineChunk> _free = new();

    public ValueTask<LineChunk?> ReadAsync(CancellationToken cancellation)
    {
        LineChunk chunk;
        lock (_free)
            chunk = _free.TryPop(out var free) ? free : new LineChunk(new byte[ChunkSize]);
        chunk.Length = 0;
        while (chunk.Length < ChunkSize - LongestLine && generator.TryNext(out var line))
        {
            line.CopyTo(chunk.Buffer.AsSpan(chunk.Length));
            chunk.Length += line.Length;
            chunk.Buffer[chunk.Length++] = (byte)'\n';
        }
        return ValueTask.FromResult(chunk.Length == 0 ? null : chunk);
    }

    public void Return(LineChunk chunk)
    {
        lock (_free)
            _free.Push(chunk);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
