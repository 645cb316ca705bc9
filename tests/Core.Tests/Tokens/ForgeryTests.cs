using System.Globalization;
using System.Text;
using Portcullis.Keys;
using Portcullis.Tokens.V1;
using static Portcullis.Tokens.Gate;

namespace Portcullis.Tokens;

public sealed class ForgeryTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    private static readonly int Requests = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 1_000_000 : 50_000;

    /// <summary>Beside the keys of v2 a v1 key, whose tokens the attacker holds, too.</summary>
    private static readonly SigningKey OldKey = SigningKey.ForV1("old", "0123456789abcdef0123456789abcdef");

    private static readonly KeySet Keys = new("k1", [.. LiveKeys.Keys, OldKey]);

    [Fact]
    public void Verify_ForgedToken_IsNeverAdmitted()
    {
        var genuine = Genuine();
        var forger = new Forger(Seed, genuine, MediaSegment);
        var admitted = 0;
        for (var i = 0; i < Requests; i++)
        {
            var (path, query) = forger.Draw();

            var verdict = Verdict(path, query);

            if (!verdict.IsAccepted)
                continue;
            admitted++;
            Assert.True(genuine.Contains(TokenOf(path, query)) && IsAdmitted(verdict.Path!), $"seed {Seed}, request {i}: {path}?{query} was admitted for {verdict.Path}");
        }
        // Most are forged, few are spellings of what is genuine; were it none, the tokens would be worth nothing to begin with.
        Assert.InRange(admitted, 1, Requests / 10);
    }

    [Fact]
    public void Authenticate_ForgedToken_GivesNoClaims()
    {
        var genuine = Genuine();
        var forger = new Forger(Seed + 1, genuine, MediaSegment);
        for (var i = 0; i < Requests / 10; i++)
        {
            var (path, _) = forger.Draw();

            var rejection = TokenVerifier.Authenticate(Encoding.Latin1.GetBytes(path), Keys, out var claims, out _);

            Assert.Equal(rejection == TokenRejection.None, claims is not null);
            Assert.True(claims is null || genuine.Contains(TokenOf(path, "")), $"seed {Seed}, request {i}: {path} was believed");
        }
    }

    [Fact]
    public void Verify_GenuineTokens_AreAdmitted() =>
        Assert.All(Genuine(), segment => Assert.True(Verdict($"/{segment}{MediaSegment}", "").IsAccepted && Verdict(MediaSegment, $"pt={segment}").IsAccepted));

    private static List<string> Genuine()
    {
        var everything = new ViewerBinding { Ip = true, Country = GeoBinding.Required, Region = GeoBinding.WhenPresent, City = GeoBinding.WhenPresent, Headers = ["user-agent"], Query = [] };
        return
        [
            Mint(Policy),
            Mint(Policy with { Bind = everything }),
            Mint(Policy with { Exc = ["/live/open"] }),
            TokenMint.Mint(Policy with { Bind = everything }, Someone, "bC4eF7hI0kL3nO6q", Key, Now).Token!.Segment,
            TokenMint.Mint(Policy, Someone, "0123456789_bC4eF7hI0kL3", KeyOf("k0", 3), Now, Now - 60).Token!.Segment,
            SmdeMint.Mint(new SmdePolicy { Paths = ["/live/one/"], Ssn = true, Ip = true, Co = true, Headers = ["user-agent"] }, Someone, "cD5fG8iJ1lM4oP7r", OldKey, Now).Token!.Segment,
        ];
    }

    private static TokenVerdict Verdict(string path, string query) =>
        TokenVerifier.Verify(Wire(path), Wire(query), Someone, Keys, Now);

    private static byte[] Wire(string text) => text.All(c => c < 256) ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text);

    /// <summary>What the request presents as its token, read more simply than the verifier does.</summary>
    private static string TokenOf(string path, string query) =>
        path.Split('/') is ["", var first, _, ..] && first.Contains('.', StringComparison.Ordinal) ? first : query.Split('&').Single(pair => pair.StartsWith("pt=", StringComparison.Ordinal))[3..];

    private static bool IsAdmitted(string path) =>
        (path is "/live/one" or "/live/open" || path.StartsWith("/live/one/", StringComparison.Ordinal) || path.StartsWith("/live/open/", StringComparison.Ordinal))
        && !path.Split('/').Any(segment => segment is "." or "..");
}
