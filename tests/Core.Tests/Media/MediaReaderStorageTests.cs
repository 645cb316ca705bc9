using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Core.Tests.Media;

public sealed class MediaReaderStorageTests
{
    /// <summary>Titles of several packagers: numbers, times, byte ranges, parts, several tracks in one folder.</summary>
    private static readonly string[] Names =
    [
        "/live/one/720p/seg-{0}.ts", "/live/one/480p/seg-{0}-v1-a1.ts", "/live/two/segment_{1}.ts", "/vod/film.mp4", "/vod/cmaf/chunk-stream{2}-{0}.m4s",
        "/live/low/filePart{0}.{2}.mp4", "/live/three/audio/{0}.m4s", "/live/three/index_{2}_{0}.ts", "/live/one/index.m3u8",
    ];

    [Fact]
    public void Read_WrittenAtAnyPoint_GoesOnAsUndisturbed() => Seeded.Holds(
        (from seed in Gen.Choose(0, int.MaxValue)
         from lines in Gen.Choose(1, 3_000)
         from restarts in Gen.Choose(0, 3_000).ListOf(3)
         select (Seed: seed, Lines: lines, Restarts: restarts.ToHashSet())).Values(),
        drawn =>
        {
            var (undisturbed, restarted) = (new MediaReader(), new MediaReader());
            foreach (var (number, request) in Requests(drawn.Seed, drawn.Lines).Index())
            {
                if (drawn.Restarts.Contains(number))
                    restarted = Reread(Written(restarted));
                if (request(undisturbed) != request(restarted))
                    return false;
            }
            return true;
        },
        cases: 60);

    [Fact]
    public void Read_WrittenTwice_IsNoLongerForIt()
    {
        var reader = Learned();

        var (once, twice) = (Written(reader), Written(Reread(Written(reader))));

        Assert.Equal(once.Length, twice.Length);
        Assert.InRange(once.Length, 500, 20_000);
    }

    [Fact]
    public void Read_AnyByteChanged_IsRefused()
    {
        var whole = Written(Learned());
        for (var i = 0; i < whole.Length; i += 13)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 0x40;

            Assert.Throws<InvalidDataException>(() => Reread(damaged));
        }
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        var whole = Written(Learned());
        for (var length = 0; length < whole.Length; length += 17)
            Assert.Throws<InvalidDataException>(() => Reread(whole[..length]));
    }

    /// <summary>What a bug would write: a number at random, and a checksum that fits.</summary>
    [Fact]
    public void Read_DamageThatTheChecksumCovers_IsReadOrRefused()
    {
        var whole = Written(Learned());
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(5, damaged.Length - 8)] = (byte)random.Next(256);
            BitConverter.TryWriteBytes(damaged.AsSpan(damaged.Length - 8), StableHash.Of(damaged.AsSpan(5, damaged.Length - 13)));
            try
            {
                Reread(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 1_999);
    }

    [Fact]
    public void Read_LaterVersion_IsNamed()
    {
        var later = Written(new MediaReader());
        later[0] = 99;

        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => Reread(later)).Message, StringComparison.Ordinal);
    }

    private static MediaReader Learned()
    {
        var reader = new MediaReader();
        foreach (var request in Requests(1, 2_000))
            request(reader);
        return reader;
    }

    private static byte[] Written(MediaReader reader)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        reader.Write(writer);
        return stream.ToArray();
    }

    private static MediaReader Reread(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return MediaReader.Read(reader);
    }

    private static IEnumerable<Func<MediaReader, MediaRequest>> Requests(int seed, int lines)
    {
        var random = new Random(seed);
        for (var i = 0; i < lines; i++)
        {
            var number = (i / 20) + random.Next(3);
            var name = Names[random.Next(Names.Length)];
            var path = Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, name, number, 1_607_374_320L + (number * 6), random.Next(3)));
            var start = name.EndsWith("film.mp4", StringComparison.Ordinal) ? (number * 400_000L) + random.Next(2) : 0;
            var time = 1_800_000_000_000 + (i * 100L);
            var session = StableHash.Of((UInt128)random.Next(12));
            var type = random.Next(8) == 0 ? "v"u8.ToArray() : random.Next(12) == 0 ? "a"u8.ToArray() : [];
            var (bytes, duration) = (random.Next(50_000, 900_000), random.Next(4) == 0 ? 2_000u + (uint)random.Next(2) : 0);
            yield return reader => reader.Read(
                new LogLine { Time = time, Status = 200, Bytes = bytes, CmcdObjectType = type, CmcdObjectDuration = duration, RangeStart = start, RangeEnd = start == 0 ? 0 : start + 400_000 },
                path, session);
        }
    }
}
