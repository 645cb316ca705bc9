namespace Portcullis.Media;

/// <summary>The stored form of a track.</summary>
internal sealed partial class MediaTrack
{
    public void Write(BinaryWriter writer)
    {
        writer.Write((byte)named);
        writer.Write(_bytes);
        foreach (var count in (ReadOnlySpan<int>)[_measured, _along, _alone])
            writer.Write(count);
        foreach (var votes in (ReadOnlySpan<ulong>)[_video, _companion, _side])
            writer.Write(votes);
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static MediaTrack Read(BinaryReader reader)
    {
        var track = new MediaTrack(KindOf(reader.ReadByte()))
        {
            _bytes = reader.ReadInt64(),
            _measured = MediaReader.Bounded(reader.ReadInt32(), SizesToLearn, "measured segments"),
            _along = Votes(reader), _alone = Votes(reader),
            _video = reader.ReadUInt64(), _companion = reader.ReadUInt64(), _side = reader.ReadUInt64(),
        };
        if (track._measured >= LeastSizes)
            track.MeanBytes = track._bytes / track._measured;
        track.Settle();
        return track;
    }

    /// <exception cref="InvalidDataException">There is no such kind.</exception>
    public static MediaKind KindOf(byte kind) =>
        Enum.IsDefined((MediaKind)kind) ? (MediaKind)kind : throw new InvalidDataException($"What was learned of titles names a kind {kind} of media; there is none.");

    // Several threads may vote at once when the last votes are taken.
    private static int Votes(BinaryReader reader) => MediaReader.Bounded(reader.ReadInt32(), 2 * MostVotes, "votes on a track");
}
