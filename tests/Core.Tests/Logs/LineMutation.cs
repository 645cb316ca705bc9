namespace Portcullis.Core.Tests.Logs;

/// <summary>Damages log lines in the ways that transport, bugs and attackers do. The same seed gives the same lines.</summary>
internal sealed class LineMutation(int seed, byte[][] originals)
{
    private static readonly byte[][] Inserted = [.. ((string[])["\t", "-", "\t-\t", "\0", "\r", "..", ".", "/", "//", "%", "%2F", "%00", "?", "?pt=", "no.", "ok.", ".unchecked", "401", "000", "-1", "99999999999999999999", "\ufeff", "\u00e9", "::", "1e9", "NaN", "#"]).Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly Random _random = new(seed);
    private readonly byte[] _line = new byte[200_000];
    private int _length;

    /// <summary>The next line; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var original = originals[_random.Next(originals.Length)];
        original.CopyTo(_line, 0);
        _length = original.Length;
        for (var changes = _random.Next(4); changes > 0; changes--)
            Change();
        // A line feed ends a line: what comes behind one would be another line.
        _line.AsSpan(0, _length).Replace((byte)'\n', (byte)' ');
        return _line.AsSpan(0, _length);
    }

    private void Change()
    {
        switch (_random.Next(12))
        {
            case 0: _length = _random.Next(_length + 1); break;
            case 1: Cut(_random.Next(_length + 1), _random.Next(1, 80)); break;
            case 2: Overwrite((byte)_random.Next(256)); break;
            case 3: Overwrite((byte)_random.Next(0x20, 0x7f)); break;
            case 4: Insert(_random.Next(_length + 1), Inserted[_random.Next(Inserted.Length)]); break;
            case 5: Insert(TabAt(), Inserted[_random.Next(Inserted.Length)]); break;
            case 6: EmptyField(); break;
            case 7: SwapFields(); break;
            case 8: Splice(); break;
            case 9: Flip(); break;
            case 10: DropField(); break;
            default:
                // Rarely: a line of more than the parser takes costs as much as a hundred others.
                if (_random.Next(500) == 0)
                    Insert(_random.Next(_length + 1), new byte[70_000].Select(_ => (byte)'u').ToArray());
                break;
        }
    }

    private void Cut(int from, int count)
    {
        count = Math.Min(count, _length - from);
        _line.AsSpan(from + count, _length - from - count).CopyTo(_line.AsSpan(from));
        _length -= count;
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _line.Length)
            return;
        _line.AsSpan(at, _length - at).CopyTo(_line.AsSpan(at + bytes.Length));
        bytes.CopyTo(_line.AsSpan(at));
        _length += bytes.Length;
    }

    private void Overwrite(byte value)
    {
        if (_length > 0)
            _line[_random.Next(_length)] = value;
    }

    private void Flip()
    {
        if (_length > 0)
            _line[_random.Next(_length)] ^= (byte)(1 << _random.Next(8));
    }

    /// <summary>Position of one of the tabs, or of the end.</summary>
    private int TabAt()
    {
        var from = _random.Next(_length + 1);
        var tab = _line.AsSpan(from, _length - from).IndexOf((byte)'\t');
        return tab < 0 ? _length : from + tab;
    }

    private void EmptyField()
    {
        var (start, length) = Field();
        Cut(start, length);
        Insert(start, "-"u8);
    }

    private void DropField()
    {
        var (start, length) = Field();
        Cut(start, Math.Min(length + 1, _length - start));
    }

    /// <summary>Moves one field's bytes into the place of another: a column that a field list does not expect.</summary>
    private void SwapFields()
    {
        var (start, length) = Field();
        var value = _line.AsSpan(start, length).ToArray();
        Cut(start, length);
        (start, length) = Field();
        Cut(start, length);
        Insert(start, value);
    }

    /// <summary>The beginning of this line and the end of another, as after a torn write.</summary>
    private void Splice()
    {
        var other = originals[_random.Next(originals.Length)];
        _length = _random.Next(_length + 1);
        Insert(_length, other.AsSpan(_random.Next(other.Length)));
    }

    private (int Start, int Length) Field()
    {
        var end = TabAt();
        return (_line.AsSpan(0, end).LastIndexOf((byte)'\t') + 1, end - (_line.AsSpan(0, end).LastIndexOf((byte)'\t') + 1));
    }
}
