using Portcullis.Logs;

namespace Portcullis.Sessions;

/// <summary>Hash of a session id, the same everywhere: it chooses slots and shards.</summary>
public static class SidHash
{
    /// <summary>The hash of a sid in ASCII.</summary>
    public static ulong Of(ReadOnlySpan<byte> sid) => StableHash.Of(sid);
}
