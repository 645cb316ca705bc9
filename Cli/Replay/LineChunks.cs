namespace Portcullis.Cli.Replay;

/// <summary>Cuts a file into chunks of whole lines, in buffers that are used again.</summary>
internal sealed class LineChunks(string file) : ILineSource
{
    private const int ChunkSize = 4 << 20;

    private readonly Stream _source = RecordedLines.Open(file);
    private readonly Stack<LineChunk> _free = new();
    private byte[] _kept = new byte[ChunkSize];
    private int _keptLength;
    private bool _ended;

    public async ValueTask<LineChunk?> ReadAsync(CancellationToken cancellation)
    {
        if (_ended && _keptLength == 0)
            return null;
        LineChunk? chunk;
        lock (_free)
            chunk = _free.TryPop(out var free) ? free : new LineChunk(new byte[ChunkSize]);
        _kept.AsSpan(0, _keptLength).CopyTo(chunk.Buffer);
        var read = _ended ? 0 : await _source.ReadAtLeastAsync(chunk.Buffer.AsMemory(_keptLength), ChunkSize - _keptLength, throwOnEndOfStream: false, cancellation);
        var length = _keptLength + read;
        _ended |= length < ChunkSize;
        var end = _ended ? length : chunk.Buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        // A line longer than a chunk is cut; its parts are malformed and counted.
        chunk.Length = end == 0 ? length : end;
        _keptLength = length - chunk.Length;
        chunk.Buffer.AsSpan(chunk.Length, _keptLength).CopyTo(_kept);
        return chunk.Length == 0 ? null : chunk;
    }

    public void Return(LineChunk chunk)
    {
        lock (_free)
            _free.Push(chunk);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
