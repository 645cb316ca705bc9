using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>Finds states by their sid's bytes, without making text of them.</summary>
internal sealed class SidComparer : IEqualityComparer<SessionState>, IAlternateEqualityComparer<ReadOnlySpan<byte>, SessionState>
{
    public bool Equals(SessionState? x, SessionState? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SidBytes.SequenceEqual(y.SidBytes));

    public int GetHashCode(SessionState obj) => GetHashCode(obj.SidBytes);

    public bool Equals(ReadOnlySpan<byte> alternate, SessionState other) => other.SidBytes.SequenceEqual(alternate);

    // The low bits choose the shard.
    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)(SidHash.Of(alternate) >> 32);

    public SessionState Create(ReadOnlySpan<byte> alternate) => new(alternate);
}
