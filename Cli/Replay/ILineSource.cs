namespace Portcullis.Cli.Replay;

/// <summary>Where lines to replay come from, in chunks of whole lines.</summary>
internal interface ILineSource : IAsyncDisposable
{
    /// <summary>Reads the next chunk; null at the end.</summary>
    ValueTask<LineChunk?> ReadAsync(CancellationToken cancellation);

    /// <summary>Takes a chunk back whose lines are not needed any more.</summary>
    void Return(LineChunk chunk);
}
