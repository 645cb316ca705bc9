using Portcullis.Logs;

namespace Portcullis.Media;

/// <summary>The stored form of what was learned of titles.</summary>
public sealed partial class MediaReader
{
    private const byte StorageVersion = 1;
    private const int MaxStored = 256 << 20;

    /// <summary>Writes what was learned, in its versioned binary form. No line may be read meanwhile.</summary>
    public void Write(BinaryWriter writer)
    {
        using var content = new MemoryStream();
        using (var inner = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
            WriteContent(inner);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        writer.Write(StorageVersion);
        writer.Write(bytes.Length);
        writer.Write(bytes);
        writer.Write(StableHash.Of(bytes));
    }

    /// <summary>What was learned, in the form of <see cref="Write"/>. No line may be read meanwhile.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer))
            Write(writer);
        return buffer.ToArray();
    }

    /// <summary>Reads back what <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown version or damaged.</exception>
    public static MediaReader OfBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return Read(reader);
    }

    /// <summary>Reads back what was learned.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown version or damaged.</exception>
    public static MediaReader Read(BinaryReader reader)
    {
        try
        {
            var version = reader.ReadByte();
            if (version != StorageVersion)
                throw new InvalidDataException($"What was learned of titles has version {version}; this build reads {StorageVersion}.");
            var length = Bounded(reader.ReadInt32(), MaxStored, "bytes");
            // Taken as they come, so that a damaged length asks for no more memory than there are bytes.
            var bytes = reader.ReadBytes(length);
            if (bytes.Length != length || reader.ReadUInt64() != StableHash.Of(bytes))
                throw new InvalidDataException("What was learned of titles is damaged: its checksum does not fit.");
            using var content = new BinaryReader(new MemoryStream(bytes));
            var media = new MediaReader();
            media.ReadContent(content);
            return media;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("What was learned of titles ends early.");
        }
    }

    /// <summary>
    /// Titles point at tracks, templates at both; so tracks come first. A dictionary that was cleared while another still points at what it
    /// held makes no difference: everything that can be reached is written once.
    /// </summary>
    private void WriteContent(BinaryWriter writer)
    {
        var templates = _templates.ToArray();
        var named = _tracks.ToArray();
        var titles = _titles.Values.Concat(templates.Select(template => template.Value.Title)).Distinct().ToArray();
        var tracks = named.Select(track => track.Value).Concat(templates.Select(template => template.Value.Only)).Concat(titles.SelectMany(title => title.FollowedTracks)).Distinct().ToArray();
        var trackNumbers = Numbered(tracks);
        var titleNumbers = Numbered(titles);
        writer.Write(tracks.Length);
        foreach (var track in tracks)
            track.Write(writer);
        writer.Write(titles.Length);
        foreach (var title in titles)
            title.Write(writer, trackNumbers);
        writer.Write(templates.Length);
        foreach (var (key, template) in templates)
        {
            writer.Write(key);
            template.Write(writer, titleNumbers, trackNumbers);
        }
        writer.Write(named.Length);
        foreach (var (key, track) in named)
        {
            writer.Write(key);
            writer.Write(trackNumbers[track]);
        }
    }

    private void ReadContent(BinaryReader reader)
    {
        // Two readers at once can exceed the most by one each.
        const int MostTemplates = MaxTemplates + 1024;
        var tracks = new MediaTrack[Bounded(reader.ReadInt32(), 3 * MostTemplates, "tracks")];
        for (var i = 0; i < tracks.Length; i++)
            tracks[i] = MediaTrack.Read(reader);
        var titles = new TitleTempo[Bounded(reader.ReadInt32(), 2 * MostTemplates, "titles")];
        for (var i = 0; i < titles.Length; i++)
        {
            titles[i] = TitleTempo.Read(reader, tracks);
            _titles.TryAdd(titles[i].Key, titles[i]);
        }
        for (var left = Bounded(reader.ReadInt32(), MostTemplates, "templates"); left > 0; left--)
            _templates[reader.ReadUInt64()] = SegmentTemplate.Read(reader, titles, tracks);
        for (var left = Bounded(reader.ReadInt32(), MostTemplates, "named tracks"); left > 0; left--)
            _tracks[reader.ReadUInt64()] = At(tracks, reader.ReadInt32());
    }

    /// <summary>One of the things read before.</summary>
    internal static T At<T>(T[] things, int number) =>
        (uint)number < (uint)things.Length ? things[number] : throw new InvalidDataException($"What was learned of titles names {typeof(T).Name} {number} of {things.Length}.");

    internal static int Bounded(int count, int most, string what) =>
        count >= 0 && count <= most ? count : throw new InvalidDataException($"What was learned of titles holds {count} {what}; at most {most} are possible.");

    private static Dictionary<T, int> Numbered<T>(T[] things) where T : notnull => things.Index().ToDictionary(thing => thing.Item, thing => thing.Index);
}
