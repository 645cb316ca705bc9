using System.Text;
using FsCheck.Fluent;
using Portcullis.Keys;
using Portcullis.Logs;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Core.Tests.Logs;

public sealed class MalformedLinesTests
{
    private static readonly string Token = TokenMint.Mint(new TokenPolicy { Paths = ["/live/"] }, Viewer.Unknown, "abcdefghijklmnop", SigningKey.Draw("k1"), 1_795_298_884).Token!.Segment;

    [Fact]
    public void Add_LineWithToken_KeepsItWithoutTheToken()
    {
        var malformed = new MalformedLines();

        malformed.Add(Encoding.UTF8.GetBytes($"1795298884.112\t198.51.100.7\tGET\t/{Token}/live/one/seg-7.ts\tFRA56-P4"), LineFault.FieldCount, DateTimeOffset.UnixEpoch);

        var kept = Assert.Single(malformed.Recent());
        Assert.Equal("1795298884.112\t198.51.100.7\tGET\t/<cut>/live/one/seg-7.ts\tFRA56-P4", kept.Text);
        Assert.Equal(LineFault.FieldCount, kept.Fault);
        Assert.Equal(1, malformed.Count);
    }

    [Fact]
    public void Add_LineWithSignedUrl_KeepsNeitherPolicyNorSignature()
    {
        var malformed = new MalformedLines();
        var url = SignedGate.Url + CloudFrontSigner.SignUrl(SignedGate.Url, SignedGate.Title, SignedGate.Rsa)[SignedGate.Url.Length..];

        malformed.Add(Encoding.UTF8.GetBytes($"1795298884.112\t198.51.100.7\tGET\t{url}\tFRA56-P4"), LineFault.FieldCount, DateTimeOffset.UnixEpoch);

        var kept = Assert.Single(malformed.Recent()).Text;
        Assert.True(Longest(kept, url.Split("Signature=")[1]) < 32, kept);
        Assert.True(Longest(kept, url.Split("Policy=")[1]) < 32, kept);
    }

    [Fact]
    public void Add_LineWithTheMiddleOfAToken_KeepsNothingOfIt()
    {
        var malformed = new MalformedLines();
        var payload = Token.Split('.')[2];
        var middle = payload[20..70];

        malformed.Add(Encoding.UTF8.GetBytes($"1795298884.112\t/{Token[..60]}\0{middle}\t{payload[70..]}.sig/live"), LineFault.FieldCount, DateTimeOffset.UnixEpoch);

        Assert.Equal("1795298884.112\t/<cut>\0<cut>\t<cut>/live", Assert.Single(malformed.Recent()).Text);
    }

    [Fact]
    public void Redact_TokenCutAnywhereAndEscaped_KeepsNoPartOfIt()
    {
        var parts = Token.Split('.');
        Seeded.Holds(Gen.Choose(0, Token.Length - 1).Two().Values(), ends =>
        {
            var (from, to) = (Math.Min(ends.Item1, ends.Item2), Math.Max(ends.Item1, ends.Item2));
            var piece = Token[from..to];
            var shown = MalformedLines.Redact(Encoding.UTF8.GetBytes($"x\t{piece}\t{piece.Replace(".", "%2E", StringComparison.Ordinal)}\ty"));
            return !parts[1..].Any(part => Longest(shown, part) > 31);
        });
    }

    [Fact]
    public void Add_EndlessLine_KeepsItsBeginning()
    {
        var malformed = new MalformedLines();
        var line = new byte[1 << 20];
        Array.Fill(line, (byte)' ');

        malformed.Add(line, LineFault.TooLong, DateTimeOffset.UnixEpoch);

        var kept = Assert.Single(malformed.Recent());
        Assert.Equal(1 << 20, kept.Length);
        Assert.True(kept.Text.Length <= MalformedLines.KeptLength);
    }

    [Fact]
    public void Add_MoreThanAreKept_KeepsTheNewestAndCountsAll()
    {
        var malformed = new MalformedLines();

        for (var i = 0; i < MalformedLines.Kept + 5; i++)
            malformed.Add(Encoding.ASCII.GetBytes($"line {i}"), LineFault.FieldCount, DateTimeOffset.UnixEpoch);

        Assert.Equal(MalformedLines.Kept + 5, malformed.Count);
        Assert.Equal(MalformedLines.Kept, malformed.Recent().Count);
        Assert.Equal($"line {MalformedLines.Kept + 4}", malformed.Recent()[0].Text);
    }

    /// <summary>Length of the longest piece of a part that is shown.</summary>
    private static int Longest(string shown, string part)
    {
        for (var length = part.Length; length > 31; length--)
        {
            for (var start = 0; start + length <= part.Length; start++)
            {
                if (shown.Contains(part.Substring(start, length), StringComparison.Ordinal))
                    return length;
            }
        }
        return 0;
    }
}
