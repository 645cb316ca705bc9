namespace Portcullis.Bench.Rivals;

/// <summary>The lines of a file as bytes.</summary>
internal static class LineFile
{
    private const int ChunkSize = 4 << 20;

    /// <summary>Calls back for each line, without its line feed.</summary>
    /// <returns>How many there were.</returns>
    public static long ForEach(string file, Action<ReadOnlySpan<byte>> take)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        var chunk = new byte[ChunkSize];
        long lines = 0, offset = 0;
        var kept = 0;
        while (RandomAccess.Read(handle, chunk.AsSpan(kept), offset) is > 0 and var read)
        {
            offset += read;
            ReadOnlySpan<byte> rest = chunk.AsSpan(0, kept + read);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                take(rest[..end]);
                lines++;
            }
            if (rest.Length == chunk.Length)
                throw new InvalidDataException($"{file} has a line of more than {ChunkSize} bytes.");
            rest.CopyTo(chunk);
            kept = rest.Length;
        }
        if (kept == 0)
            return lines;
        take(chunk.AsSpan(0, kept));
        return lines + 1;
    }
}
