using System.Text;

namespace Portcullis.Sessions;

/// <summary>One session's lines out of one batch, in the order they were read. Valid as long as the batch is not cleared.</summary>
public readonly struct SessionSlice
{
    private readonly SessionBatch _batch;
    private readonly int _index;

    internal SessionSlice(SessionBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    /// <summary>The session id, ASCII.</summary>
    public ReadOnlySpan<byte> Sid => _batch.SidOf(_index);

    /// <summary>Hash of the sid.</summary>
    public ulong Hash => _batch.At(_index).Hash;

    /// <summary>The asset whose path the first line lies under, or null.</summary>
    public string? AssetId => _batch.At(_index).AssetId;

    /// <summary>How many lines there are, at least one.</summary>
    public int Count => _batch.At(_index).Count;

    /// <summary>Walks through the lines.</summary>
    public Enumerator GetEnumerator() => new(_batch, _batch.At(_index).First);

    /// <summary>Shows the sid.</summary>
    public override string ToString() => Encoding.ASCII.GetString(Sid);

    /// <summary>Walks through a slice's lines.</summary>
    public struct Enumerator
    {
        private readonly SessionBatch _batch;
        private int _at, _next;

        internal Enumerator(SessionBatch batch, int first)
        {
            _batch = batch;
            (_at, _next) = (-1, first);
        }

        /// <summary>The line.</summary>
        public readonly ref readonly SliceLine Current => ref _batch.Line(_at);

        /// <summary>Goes to the next line; false when there is none.</summary>
        public bool MoveNext()
        {
            if (_next < 0)
                return false;
            _at = _next;
            _next = _batch.Next(_at);
            return true;
        }
    }
}
