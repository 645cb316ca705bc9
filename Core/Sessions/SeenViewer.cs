namespace Portcullis.Sessions;

/// <summary>A viewer as far as the logs of a session tell.</summary>
public sealed class SeenViewer
{
    internal SeenViewer(ViewerText text)
    {
        Text = text;
    }

    /// <summary>What identifies the viewer.</summary>
    public ViewerText Text { get; }

    /// <summary>Time of the oldest line, epoch milliseconds.</summary>
    public long FirstSeen { get; internal set; } = long.MaxValue;

    /// <summary>Time of the newest line, epoch milliseconds.</summary>
    public long LastSeen { get; internal set; } = long.MinValue;

    /// <summary>Lines delivered, repeats included.</summary>
    public int Lines { get; internal set; }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Text.Key);
        writer.Write(Text.Network);
        writer.Write(Text.Address);
        writer.Write(Text.UserAgent);
        writer.Write(Text.Country);
        writer.Write(Text.Asn);
        writer.Write(FirstSeen);
        writer.Write(LastSeen);
        writer.Write(Lines);
    }

    internal static SeenViewer Read(BinaryReader reader)
    {
        var text = new ViewerText(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadUInt32());
        return new SeenViewer(text) { FirstSeen = reader.ReadInt64(), LastSeen = reader.ReadInt64(), Lines = reader.ReadInt32() };
    }
}
