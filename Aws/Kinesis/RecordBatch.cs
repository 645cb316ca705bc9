using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Engine;

namespace Portcullis.Aws.Kinesis;

/// <summary>What one GetRecords answered. Records lie in rented arrays, so that nothing is allocated for one: dispose of it.</summary>
[JsonConverter(typeof(RecordBatchConverter))]
internal sealed class RecordBatch : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(64 << 10);
    private Record[] _records = ArrayPool<Record>.Shared.Rent(256);
    private int _length;

    /// <summary>How many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all records' content.</summary>
    public long Bytes { get; private set; }

    /// <summary>Where the next read starts; null when the shard is closed and this was its end.</summary>
    public string? NextIterator { get; set; }

    /// <summary>How old the oldest record is that was not read yet, in milliseconds; 0 at the shard's tip.</summary>
    public long MillisBehindLatest { get; set; }

    /// <summary>A record's content.</summary>
    public ReadOnlySpan<byte> ContentOf(int index) => _bytes.AsSpan(_records[index].Start, _records[index].Length);

    /// <summary>A record's sequence number.</summary>
    /// <exception cref="FormatException">It has none, or no valid one.</exception>
    public SequenceNumber NumberOf(int index) => SequenceNumber.Parse(Encoding.ASCII.GetString(_bytes, _records[index].NumberStart, _records[index].NumberLength));

    /// <summary>Begins a record; its content and number follow in any order.</summary>
    public void Open()
    {
        if (Count == _records.Length)
            Grow(ref _records, Count, Count * 2);
        _records[Count++] = default;
    }

    /// <summary>Takes the content of the record last begun.</summary>
    /// <param name="base64">The content as base64.</param>
    /// <exception cref="JsonException">It is no base64.</exception>
    public void AddContent(ReadOnlySpan<byte> base64)
    {
        var room = Room(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        if (Base64.DecodeFromUtf8(base64, room, out _, out var written) != OperationStatus.Done)
            throw new JsonException("A record's Data is no base64.");
        ref var record = ref _records[Count - 1];
        (record.Start, record.Length) = (_length, written);
        _length += written;
        Bytes += written;
    }

    /// <summary>Takes the number of the record last begun.</summary>
    public void AddNumber(ReadOnlySpan<byte> digits)
    {
        digits.CopyTo(Room(digits.Length));
        ref var record = ref _records[Count - 1];
        (record.NumberStart, record.NumberLength) = (_length, digits.Length);
        _length += digits.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<Record>.Shared.Return(_records);
        (_bytes, _records, Count) = ([], [], 0);
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
            Grow(ref _bytes, _length, Math.Max(_bytes.Length * 2, _length + length));
        return _bytes.AsSpan(_length, length);
    }

    private static void Grow<T>(ref T[] array, int used, int least)
    {
        var larger = ArrayPool<T>.Shared.Rent(least);
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    private struct Record
    {
        public int Start, Length, NumberStart, NumberLength;
    }
}
