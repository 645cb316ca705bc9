namespace Portcullis.Sessions;

/// <summary>One accepted log line of a session, in fixed size.</summary>
/// <param name="Time">When the edge finished responding, epoch milliseconds.</param>
/// <param name="Request">Key of the edge's request id: equal for repeated deliveries of one request.</param>
/// <param name="Viewer">Key of the viewer: network and user agent.</param>
/// <param name="Title">Key of the title; 0 where there is no playhead.</param>
/// <param name="Position">Media position, or <see cref="Logs.MediaPosition.None"/>.</param>
/// <param name="Bytes">Bytes sent.</param>
/// <param name="Status">HTTP status.</param>
public readonly record struct SliceLine(long Time, ulong Request, ulong Viewer, ulong Title, long Position, uint Bytes, ushort Status)
{
    /// <summary>Whether the viewer got what he asked for.</summary>
    public bool Succeeded => Status is 200 or 206 or 304;
}
