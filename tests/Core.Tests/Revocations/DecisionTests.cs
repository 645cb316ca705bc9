using Portcullis.Assets;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Revocations;

public sealed class DecisionTests
{
    private const long Now = 1_800_000_000, Day = 86_400;

    private static readonly SigningKey V1Key = SigningKey.ForV1("old", new string('5', 128));

    private static long LeastUntil(string? exp, params SigningKey[] keys) => Decision.LeastUntil(
        DateTimeOffset.FromUnixTimeSeconds(Now),
        new AssetCatalogue(1, [new Asset { Id = "a", Path = "/a/a", V1Policy = exp is null ? null : new() { Paths = ["/a/"], Exp = exp } }]),
        new KeySet(null, keys));

    /// <summary>A v1 token ends behind its last second.</summary>
    [Theory]
    [InlineData(null, Day)]
    [InlineData("+1h", Day)]
    [InlineData("+24h", Day + 1)]
    [InlineData("+48h", (2 * Day) + 1)]
    [InlineData("1800864000", (10 * Day) + 1)]
    [InlineData("1700000000", Day)]
    public void LeastUntil_WithAV1Key_IsNoSoonerThanV1TokensEnd(string? exp, long after) => Assert.Equal(Now + after, LeastUntil(exp, Gate.Key, V1Key));

    [Fact]
    public void LeastUntil_WithoutV1Key_IsADay() => Assert.Equal(Now + Day, LeastUntil("+48h", Gate.Key));
}
