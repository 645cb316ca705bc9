namespace Portcullis.Media;

/// <summary>The stored form of a title's tempo.</summary>
internal sealed partial class TitleTempo
{
    /// <summary>The tracks of the players that are followed.</summary>
    public IEnumerable<MediaTrack> FollowedTracks => _learned ? [] : _last.Where(last => last.Track is not null).Select(last => last.Track!);

    public void Write(BinaryWriter writer, Dictionary<MediaTrack, int> tracks)
    {
        writer.Write(Key);
        foreach (var number in (ReadOnlySpan<long>)[Step, _anyNumber, _divisor, _bestBytes])
            writer.Write(number);
        writer.Write(_saying);
        writer.Write(_sayers);
        foreach (var count in (ReadOnlySpan<int>)[_divided, _samples, _sayings])
            writer.Write(count);
        writer.Write(_said);
        writer.Write(_measured);
        writer.Write(_learned);
        // Nobody is followed any more where everything was learned.
        if (_learned)
            return;
        foreach (var steps in _steps)
            writer.Write(steps);
        writer.Write((byte)_last.Count(last => last.Track is not null));
        for (var i = 0; i < Followed; i++)
        {
            if (_last[i].Track is not { } track)
                continue;
            writer.Write((byte)i);
            writer.Write(_last[i].Session);
            writer.Write(tracks[track]);
            foreach (var number in (ReadOnlySpan<long>)[_last[i].Number, _last[i].Bytes, _last[i].Time])
                writer.Write(number);
            writer.Write(_last[i].IsPaired);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static TitleTempo Read(BinaryReader reader, MediaTrack[] tracks)
    {
        var title = new TitleTempo(reader.ReadUInt32())
        {
            Step = Positive(reader.ReadInt64()), _anyNumber = reader.ReadInt64(), _divisor = Positive(reader.ReadInt64()), _bestBytes = reader.ReadInt64(),
            _saying = reader.ReadUInt32(), _sayers = reader.ReadUInt64(),
            _divided = reader.ReadInt32(), _samples = reader.ReadInt32(), _sayings = reader.ReadInt32(),
            _said = reader.ReadUInt16(), _measured = reader.ReadUInt16(), _learned = reader.ReadBoolean(),
        };
        for (var i = 0; i < Buckets && !title._learned; i++)
            title._steps[i] = reader.ReadUInt16();
        for (var left = title._learned ? 0 : MediaReader.Bounded(reader.ReadByte(), Followed, "followed players of a title"); left > 0; left--)
        {
            title._last[MediaReader.Bounded(reader.ReadByte(), Followed - 1, "followed players of a title")] = new Followee
            {
                Session = reader.ReadUInt64(), Track = MediaReader.At(tracks, reader.ReadInt32()),
                Number = reader.ReadInt64(), Bytes = reader.ReadInt64(), Time = reader.ReadInt64(), IsPaired = reader.ReadBoolean(),
            };
        }
        return title;
    }

    private static long Positive(long number) => number >= 0 ? number : throw new InvalidDataException($"What was learned of titles has a step of {number} between segments.");
}
