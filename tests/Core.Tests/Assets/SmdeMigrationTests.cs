using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

public sealed class SmdeMigrationTests
{
    private const long Now = 1_800_000_000;

    private static readonly SmdePolicy Policy = new() { Paths = ["/live/one/"], Exp = "+90m", Ssn = true };

    private static readonly SmdeAsset Row = new("match_1", "https://media.example.com", "/live/one/master.m3u8", Policy);

    private static SmdeMigration ToV2(SmdePolicy policy) => SmdeMigration.Of(Row with { Policy = policy }, TokenFormat.V2, Arming.Armed, Now);

    private static string[] Errors(SmdeMigration migration) => [.. migration.Errors.Select(error => error.Field)];

    private static string[] Notes(SmdeMigration migration) => [.. migration.Notes.Select(note => note.Field)];

    [Fact]
    public void Of_V1_KeepsTheRowAsItIs()
    {
        var policy = Policy with { Nbf = Now + 60, Exp = "1900000000", Cty = true, Headers = ["User-Agent"], Paths = ["/live/one"] };

        var migration = SmdeMigration.Of(Row with { Policy = policy }, TokenFormat.V1, Arming.Shadow, Now);

        Assert.Empty(migration.Errors);
        Assert.Empty(migration.Notes);
        Assert.Equal(new Asset { Id = "match_1", Host = Row.Host, Path = Row.Path!, Format = TokenFormat.V1, V1Policy = policy, Arming = Arming.Shadow } with { Policy = migration.Asset!.Policy }, migration.Asset);
    }

    [Theory]
    [InlineData(new string[0], "neither followed nor revoked")]
    [InlineData(new[] { "user-agent" }, "forge tokens")]
    public void Of_V1WithoutSsn_SaysWhatThatMeans(string[] headers, string note) => Assert.Contains(
        note, Assert.Single(SmdeMigration.Of(Row with { Policy = Policy with { Ssn = false, Headers = headers } }, TokenFormat.V1, Arming.Armed, Now).Notes).Error, StringComparison.Ordinal);

    [Fact]
    public void Of_V2_SaysTheSameInOurPolicy()
    {
        var migration = ToV2(Policy with
        {
            Paths = ["/live/one/", "/a%20b/"], Exc = ["/ads/"], Ip = true, Co = true, Reg = true, RegFallback = true, CtyFallback = true, Headers = ["user-agent"], Querystrings = ["Device"], Nbf = Now,
        });

        Assert.Empty(migration.Errors);
        Assert.Empty(migration.Notes);
        Assert.Equal(TokenFormat.V2, migration.Asset!.Format);
        Assert.Equal("+90m", migration.Asset.V1Policy!.Exp);
        Assert.Equivalent(
            new TokenPolicy
            {
                Lifetime = 5_400,
                MaxSession = 43_200,
                Paths = ["/live/one/", "/a b/"],
                Exc = ["/ads/"],
                Bind = new() { Ip = true, Country = GeoBinding.Required, Region = GeoBinding.WhenPresent, Headers = ["user-agent"], Query = ["Device"] },
            },
            migration.Asset.Policy, strict: true);
    }

    [Theory]
    [InlineData("+1m", 60, 43_200, false)]
    [InlineData("+24h", 86_400, 86_400, false)]
    [InlineData("+25h", 86_400, 90_000, true)]
    [InlineData("+9999h", 86_400, 604_800, true)]
    public void Of_V2_LifetimeComesFromExp(string exp, int lifetime, int maxSession, bool isSaid)
    {
        var migration = ToV2(Policy with { Exp = exp });

        Assert.Equal((lifetime, maxSession), (migration.Asset!.Policy.Lifetime, migration.Asset.Policy.MaxSession));
        Assert.Equal(isSaid ? ["token_policy.exp"] : [], Notes(migration));
    }

    [Fact]
    public void Of_V2_WhatWouldAdmitMore_IsAnError()
    {
        Assert.Equal(["token_policy.nbf"], Errors(ToV2(Policy with { Nbf = Now + 1 })));
        Assert.Equal(["token_policy.exp"], Errors(ToV2(Policy with { Exp = "1900000000" })));
        Assert.Null(ToV2(Policy with { Exp = "1900000000" }).Asset);
    }

    [Fact]
    public void Of_V2_WhatBecomesStricter_IsNoted() => Assert.Equal(
        ["token_policy.ssn", "token_policy.cty", "token_policy.headers", "token_policy.paths"],
        Notes(ToV2(Policy with { Ssn = false, Cty = true, Headers = ["User-Agent"], Paths = ["/live/one"] })));

    [Theory]
    [InlineData(TokenFormat.V1)]
    [InlineData(TokenFormat.V2)]
    public void Of_WhatOurRulesRefuse_IsNamedAsTheRowDoes(TokenFormat format)
    {
        string[] Of(SmdeAsset row) => Errors(SmdeMigration.Of(row, format, Arming.Armed, Now));

        Assert.Equal(["id"], Of(Row with { Id = "_" }));
        Assert.Equal(["url_path"], Of(Row with { Path = null }));
        Assert.Equal(["url_path"], Of(Row with { Path = "/live/one/master.m3u8?a=b" }));
        Assert.Equal(["url_path"], Of(Row with { Path = "/live/two/master.m3u8" }));
        Assert.Equal(["endpoint_hostname"], Of(Row with { Host = "https://media.example.com/base" }));
        Assert.Equal(["token_policy.headers[0]"], Of(Row with { Policy = Policy with { Headers = ["user agent"] } }).Distinct());
        Assert.Equal(["token_policy.querystrings[0]"], Of(Row with { Policy = Policy with { Querystrings = ["a=b"] } }).Distinct());
    }

    [Fact]
    public void Of_PathWrittenOtherwiseThanWeWould_IsNoted()
    {
        var migration = SmdeMigration.Of(Row with { Path = "/live/one/m%61ster.m3u8" }, TokenFormat.V1, Arming.Armed, Now);

        Assert.Equal("/live/one/master.m3u8", migration.Asset!.Path);
        Assert.Equal(["url_path"], Notes(migration));
        Assert.Empty(SmdeMigration.Of(Row with { Path = "/live/one/a%20(b).m3u8" }, TokenFormat.V1, Arming.Armed, Now).Notes);
    }
}
