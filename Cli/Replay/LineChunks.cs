namespace Portcullis.Cli.Replay;

/// <summary>Cuts a file into chunks of whole lines, in buffers that are used again.</summary>
/// <param name="file">The file; <c>-</c> is standard input.</param>
/// <param name="skip">How many bytes, unpacked, are passed over; a line begins behind them.</param>
internal sealed class LineChunks(string file, long skip = 0) : ILineSource
{
    private const int ChunkSize = 4 << 20;

    private readonly Stream _source = RecordedLines.Open(file);
    private readonly Stack<LineChunk> _free = new();
    private byte[] _kept = new byte[ChunkSize];
    private int _keptLength;
    private long _skip = skip;
    private bool _ended;

    public async ValueTask<LineChunk?> ReadAsync(CancellationToken cancellation)
    {
        if (_ended && _keptLength == 0)
            return null;
        if (_skip > 0)
            await SkipAsync(cancellation);
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

    private async ValueTask SkipAsync(CancellationToken cancellation)
    {
        if (_source.CanSeek)
            _source.Seek(_skip, SeekOrigin.Begin);
        else
        {
            // What is packed has to be unpacked to get past it.
            for (var left = _skip; left > 0;)
                left -= await _source.ReadAsync(_kept.AsMemory(0, (int)Math.Min(left, _kept.Length)), cancellation) is > 0 and var read ? read : throw new EndOfStreamException($"{file} ends before its byte {_skip:N0}");
        }
        _skip = 0;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
