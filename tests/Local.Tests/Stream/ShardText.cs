using System.Text;
using Portcullis.Local.Stream;

namespace Portcullis.Local.Tests.Stream;

/// <summary>Lines in and out of a shard, as text.</summary>
internal static class ShardText
{
    public static bool Append(this FileLogShard shard, string line) => shard.TryAppend(Encoding.UTF8.GetBytes(line));

    /// <summary>Appends lines and waits until the shard has them on disk.</summary>
    public static async Task WriteAsync(this FileLogShard shard, params string[] lines)
    {
        var end = shard.End + lines.Sum(line => Encoding.UTF8.GetByteCount(line) + 1);
        foreach (var line in lines)
            Assert.True(shard.Append(line));
        await Poll.UntilAsync(() => shard.End == end, "the lines on disk");
    }

    /// <summary>Reads on from a position to the end, with a buffer of a size; every read must hold whole lines.</summary>
    public static List<string> ReadLines(this FileLogShard shard, ref long position, int bufferSize = 1 << 20)
    {
        var buffer = new byte[bufferSize];
        var lines = new List<string>();
        while (shard.Read(position, buffer) is var length and not 0)
        {
            Assert.True(length > 0, "position is gone");
            Assert.Equal((byte)'\n', buffer[length - 1]);
            lines.AddRange(Encoding.UTF8.GetString(buffer, 0, length - 1).Split('\n'));
            position += length;
        }
        return lines;
    }

    public static List<string> ReadLines(this FileLogShard shard)
    {
        var position = 0L;
        return shard.ReadLines(ref position);
    }
}
