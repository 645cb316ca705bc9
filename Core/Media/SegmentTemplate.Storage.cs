namespace Portcullis.Media;

/// <summary>The stored form of a template.</summary>
internal sealed partial class SegmentTemplate
{
    private bool IsLearned => _lines >= LinesToLearn || Slot < 0;

    public void Write(BinaryWriter writer, Dictionary<TitleTempo, int> titles, Dictionary<MediaTrack, int> tracks)
    {
        writer.Write((byte)Named);
        writer.Write(titles[Title]);
        writer.Write(tracks[Only]);
        writer.Write((sbyte)Slot);
        writer.Write(_lines);
        writer.Write(_ranges);
        writer.Write(_rangeBytes);
        writer.Write(_firstPart);
        if (IsLearned)
            return;
        foreach (var varied in _varied)
            writer.Write(varied);
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static SegmentTemplate Read(BinaryReader reader, TitleTempo[] titles, MediaTrack[] tracks)
    {
        var template = new SegmentTemplate(MediaTrack.KindOf(reader.ReadByte()), MediaReader.At(titles, reader.ReadInt32()), MediaReader.At(tracks, reader.ReadInt32()), reader.ReadSByte())
        {
            _lines = MediaReader.Bounded(reader.ReadInt32(), 2 * LinesToLearn, "lines of a template"),
            _ranges = MediaReader.Bounded(reader.ReadInt32(), RangesToLearn, "ranges of a template"),
            _rangeBytes = reader.ReadInt64(),
            _firstPart = reader.ReadInt64(),
        };
        if (template.Slot is < -1 or >= MaxNumbers)
            throw new InvalidDataException($"What was learned of titles counts segments by number {template.Slot} of a name; there are {MaxNumbers} at most.");
        for (var i = 0; i < MaxNumbers && !template.IsLearned; i++)
            template._varied[i] = reader.ReadUInt64();
        return template;
    }
}
