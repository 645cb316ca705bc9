using System.IdentityModel.Tokens.Jwt;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Portcullis.Cli.Tests.Tokens;

/// <summary>What stands behind the sid is a plain JWT: another vendor's library reads and validates it.</summary>
public sealed class PlainJwtTests : IDisposable
{
    private static readonly long Started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private readonly TokenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Mint_Token_IsValidForAnotherLibrary()
    {
        var jwt = await JwtAsync();

        var validated = await new JsonWebTokenHandler().ValidateTokenAsync(jwt, Parameters());

        Assert.True(validated.IsValid, validated.Exception?.GetType().Name);
        Assert.Equal((TokenFiles.Sid, 2L), ((string)validated.Claims["sid"], Convert.ToInt64(validated.Claims["ver"])));
        Assert.Equal("k1", ((JsonWebToken)validated.SecurityToken).Kid);
    }

    [Fact]
    public async Task Mint_Token_IsReadByTheOlderHandlerToo()
    {
        var jwt = await JwtAsync();

        new JwtSecurityTokenHandler { MapInboundClaims = false }.ValidateToken(jwt, Parameters(), out var token);

        var read = (JwtSecurityToken)token;
        Assert.Equal(("HS256", "JWT", "k1"), (read.Header.Alg, read.Header.Typ, read.Header.Kid));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Started + 3600).UtcDateTime, read.ValidTo);
        Assert.Equal("/live/one/", read.Claims.Single(claim => claim.Type == "paths").Value);
    }

    [Theory]
    [InlineData(-3500, true)]
    [InlineData(-3700, false)]
    public async Task Mint_Expiry_IsTheSameForAnotherLibrary(int minted, bool expected)
    {
        var jwt = await JwtAsync(minted);

        var validated = await new JsonWebTokenHandler().ValidateTokenAsync(jwt, Parameters());

        Assert.Equal(expected, validated.IsValid);
        Assert.Equal(expected, validated.Exception is not SecurityTokenExpiredException);
    }

    [Fact]
    public async Task Mint_ChangedOrSignedByAnother_IsRefusedByAnotherLibrary()
    {
        var jwt = await JwtAsync();
        var parts = jwt.Split('.');
        var other = Parameters();
        other.IssuerSigningKey = new SymmetricSecurityKey(new byte[32]) { KeyId = "k1" };
        var others = Parameters();
        others.ValidAlgorithms = [SecurityAlgorithms.HmacSha512];

        Assert.False((await new JsonWebTokenHandler().ValidateTokenAsync($"{parts[0]}.{parts[1]}x.{parts[2]}", Parameters())).IsValid);
        Assert.False((await new JsonWebTokenHandler().ValidateTokenAsync(jwt, other)).IsValid);
        Assert.False((await new JsonWebTokenHandler().ValidateTokenAsync(jwt, others)).IsValid);
    }

    private static TokenValidationParameters Parameters() => new()
    {
        ValidateIssuer = false,
        ValidateAudience = false,
        IssuerSigningKey = new SymmetricSecurityKey(TokenFiles.Sign) { KeyId = "k1" },
        ValidateIssuerSigningKey = true,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.Zero,
    };

    /// <summary>A token for an hour behind its sid. The other library goes by the system's clock, so this mints by it.</summary>
    private async Task<string> JwtAsync(int minted = 0)
    {
        var token = (await _files.MintedJsonAsync("--url", TokenFiles.Url, "--iat", $"{Started + minted}")).GetProperty("token").GetString()!;
        return token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..];
    }
}
