namespace Portcullis.Cli.Replay;

/// <summary>Some whole lines of a file.</summary>
internal sealed class LineChunk(byte[] buffer)
{
    /// <summary>The whole buffer; what lies behind the lines belongs to the next chunk.</summary>
    public byte[] Buffer { get; } = buffer;

    /// <summary>Bytes of whole lines.</summary>
    public int Length { get; set; }

    /// <summary>The lines.</summary>
    public ReadOnlyMemory<byte> Lines => Buffer.AsMemory(0, Length);

    /// <summary>Whether one of the lines is a directive, such as <c>#Fields:</c>.</summary>
    public bool HasDirectives => Length > 0 && (Buffer[0] == '#' || Lines.Span.IndexOf("\n#"u8) >= 0);
}
