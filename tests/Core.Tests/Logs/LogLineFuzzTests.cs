using System.Globalization;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Logs;
using Portcullis.Tokens;

namespace Portcullis.Core.Tests.Logs;

/// <summary>Damaged, cut and spliced log lines by the hundred thousand, repeatable by <c>PORTCULLIS_SEED</c>.</summary>
[Collection(nameof(MeasuresMemory))]
public sealed class LogLineFuzzTests
{
    private const int Shown = 32;

    private static readonly int Lines = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 10_000_000 : 200_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public void Take_MutatedLines_AreAllAccountedFor()
    {
        var mutation = new LineMutation(Seed, [.. Originals(Token())]);
        var malformed = new MalformedLines();
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.WhenPresent, malformed, new Portcullis.Media.MediaReader(), TimeProvider.System);
        long lines = 0, unrelated = 0, faulty = 0;
        var faults = new HashSet<LineFault>();

        for (var i = 0; i < Lines; i++)
        {
            var line = mutation.Next();
            if (line.IsEmpty || LogLineParser.IsDirective(line))
                continue;
            lines++;
            var fault = LogLineParser.TryParse(line, LogFieldList.Default, out var parsed);
            faults.Add(fault);
            faulty += fault == LineFault.None ? 0 : 1;
            unrelated += fault == LineFault.None && LineStandings.Judge(parsed, LogDataTrust.WhenPresent, out _) == LineStanding.Unrelated ? 1 : 0;
            intake.Take(line, AssetCatalogue.Empty);
            if (intake.Batch.Count > 100)
                intake.Clear();
        }

        Assert.Equal(lines, intake.Lines);
        Assert.Equal(faulty, malformed.Count);
        Assert.Equal(lines, intake.Accepted + intake.Refused + unrelated + malformed.Count);
        // The mutations reach every outcome, and often.
        Assert.Equal(Enum.GetValues<LineFault>(), faults.Order());
        Assert.All((long[])[intake.Accepted, intake.Refused, unrelated, malformed.Count], count => Assert.InRange(count, lines / 100, lines));
    }

    [Fact]
    public void Take_MutatedLines_ShowNothingOfTheToken()
    {
        var token = Token();
        var pieces = Pieces(token).ToHashSet(StringComparer.Ordinal);
        var mutation = new LineMutation(Seed + 1, [.. Originals(token)]);
        var malformed = new MalformedLines();
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.WhenPresent, malformed, new Portcullis.Media.MediaReader(), TimeProvider.System);

        for (var i = 0; i < Lines / 4; i++)
        {
            var line = mutation.Next();
            intake.Take(LogLineParser.IsDirective(line) ? default : line, AssetCatalogue.Empty);
            if ((i + 1) % MalformedLines.Kept == 0)
            {
                foreach (var kept in malformed.Recent())
                    AssertNoPiece(kept.Text, pieces);
                intake.Clear();
            }
        }

        foreach (var source in intake.RefusedSources.Top())
            AssertNoPiece(source.Address, pieces);
        Assert.InRange(malformed.Count, Lines / 100, Lines);
    }

    [Fact]
    public void Take_EndlessDamage_KeepsMemoryFlat()
    {
        // What may be learned of titles is bounded, and millions of damaged names use more of it than hundred thousands.
        var bound = Lines > 1_000_000 ? 48 << 20 : 4 << 20;
        var mutation = new LineMutation(Seed + 2, [.. Originals(Token())]);
        var malformed = new MalformedLines();
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.WhenPresent, malformed, new Portcullis.Media.MediaReader(), TimeProvider.System);
        TakeSome(Lines / 8);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        TakeSome(Lines / 2);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        // 50 bytes kept of each line would go beyond this, ten where there are millions.
        Assert.True(grown < bound, $"{grown:N0} bytes more after {Lines / 2:N0} lines");
        GC.KeepAlive(intake);
        GC.KeepAlive(malformed);

        void TakeSome(int count)
        {
            for (var i = 0; i < count; i++)
            {
                intake.Take(mutation.Next() is { IsEmpty: false } line && !LogLineParser.IsDirective(line) ? line : default, AssetCatalogue.Empty);
                if (i % 100 == 99)
                    intake.Clear();
            }
        }
    }

    private static string Token() =>
        TokenMint.Mint(new TokenPolicy { Paths = ["/live/"] }, Viewer.Unknown, "abcdefghijklmnop", SigningKey.Draw("k1"), 1_795_298_884).Token!.Segment;

    private static IEnumerable<byte[]> Originals(string token)
    {
        var line = new LineText { Uri = $"/{token}/live/one/480p/seg-7.ts" };
        yield return line.Bytes;
        yield return (line with { Uri = $"/live/one/480p/seg-7.ts?pt={token}&x=1", LogData = "-", Referer = $"https://media.example/{token}/live/one/master.m3u8" }).Bytes;
        yield return (line with { Status = "403", LogData = "no.revoked", Ip = "2001:db8::7" }).Bytes;
        yield return (line with { Method = "OPTIONS", LogData = "-" }).Bytes;
        yield return (line with { LogData = "-", UserAgent = "Mozilla%2F5.0%20%C3%A9\u00e9" }).Bytes;
        yield return (line with { Uri = "/abcdefghijklmnop/live/one/480p/seg-8.ts", Status = "206" }).Bytes;
    }

    /// <summary>What of a token must not show: every run of some characters of its payload and signature.</summary>
    private static IEnumerable<string> Pieces(string token) =>
        token.Split('.')[2..].SelectMany(part => Enumerable.Range(0, part.Length - Shown + 1).Select(start => part.Substring(start, Shown)));

    private static void AssertNoPiece(string shown, HashSet<string> pieces)
    {
        var lookup = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i + Shown <= shown.Length; i++)
            Assert.False(lookup.Contains(shown.AsSpan(i, Shown)), $"shows {Shown} characters of a token at {i}: {shown}");
    }
}
