using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>The JSON Web Signature vectors of Wycheproof for symmetric keys, all of them HS256.</summary>
public sealed class WycheproofTests
{
    /// <summary>367 and 370 lost their padding in the file: byte for byte they are 357, which is valid.</summary>
    private static readonly int[] SameAsAValidOne = [367, 370];

    /// <summary>372 and 373 have a <c>?</c> in header or payload, which RFC 7515 does not admit; the file lets lenient decoders pass.</summary>
    private static readonly int[] OnlyForLenientDecoders = [372, 373];

    private static readonly IReadOnlyList<Vector> Vectors = ReadVectors();

    public static TheoryData<int> Valid() => [.. Vectors.Where(vector => vector.IsValid).Select(vector => vector.Id).Except(OnlyForLenientDecoders)];

    public static TheoryData<int> Invalid() => [.. Vectors.Where(vector => !vector.IsValid).Select(vector => vector.Id).Except(SameAsAValidOne)];

    [Fact]
    public void Vectors_OfTheFile_AreAllTaken()
    {
        Assert.Equal(40, Vectors.Count);
        Assert.All(SameAsAValidOne, id => Assert.Equal(Find(357) with { Id = id, IsValid = false }, Find(id)));
        Assert.All(OnlyForLenientDecoders, id => Assert.Contains('?', Find(id).Text));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Check_ValidVector_IsAccepted(int id) => Assert.True(IsAccepted(Find(id)));

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Check_InvalidVector_IsRefused(int id) => Assert.False(IsAccepted(Find(id)));

    [Theory]
    [InlineData(372)]
    [InlineData(373)]
    public void Check_CharacterThatIsNoBase64_IsRefused(int id) => Assert.False(IsAccepted(Find(id)));

    [Theory]
    [MemberData(nameof(Valid))]
    public void Verify_ForeignJws_IsNoPlaybackToken(int id)
    {
        var vector = Find(id);

        var verdict = TokenVerifier.Verify(Encoding.UTF8.GetBytes($"/{Gate.Sid}.{vector.Text}/live/one/a.m4s"), default, Gate.Someone, new KeySet(null, [vector.Key]), Gate.Now);

        Assert.Equal(TokenRejection.Malformed, verdict.Rejection);
    }

    [Theory]
    [InlineData("""{"alg":"HS256"}""", true)]
    [InlineData("""{"b":{"alg":"none"},"alg":"HS256"}""", true)]
    [InlineData("""{"alg":"none"}""", false)]
    [InlineData("""{"alg":"HS512"}""", false)]
    [InlineData("""{"alg":"hs256"}""", false)]
    [InlineData("""{"alg":["HS256"]}""", false)]
    [InlineData("""{"alg":"HS256","alg":"none"}""", false)]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""", false)]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""", false)]
    [InlineData("""{"alg":"HS256","\ud800":1}""", false)]
    [InlineData("""{"alg":"HS256"}x""", false)]
    [InlineData("""["alg","HS256"]""", false)]
    [InlineData("""{"typ":"JWT"}""", false)]
    [InlineData("""{"alg":"HS256" """, false)]
    public void Check_HeaderUnderAGoodSignature_MustNameHs256(string header, bool expected)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.e30";
        var mac = new byte[32];
        Gate.Key.Sign(Encoding.ASCII.GetBytes(signed), mac);

        Assert.True(Jws.TryCut(Encoding.ASCII.GetBytes($"{signed}.{Base64Url.EncodeToString(mac)}"), out var jws));
        Assert.Equal(expected, jws.CheckSignature(Gate.Key));
    }

    private static bool IsAccepted(Vector vector) =>
        Jws.TryCut(Encoding.UTF8.GetBytes(vector.Text), out var jws) && jws.CheckSignature(vector.Key) && jws.TryReadPayload(new byte[4096], out _);

    private static Vector Find(int id) => Vectors.Single(vector => vector.Id == id);

    private static List<Vector> ReadVectors()
    {
        var file = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "json_web_signature_oct.json")));
        return
        [
            .. from @group in file.GetProperty("testGroups").EnumerateArray()
               let secret = @group.GetProperty("private")
               let key = new SigningKey(secret.GetProperty("kid").GetString()!, Base64Url.DecodeFromChars(secret.GetProperty("k").GetString()), "not used by signatures, but needed"u8)
               from test in @group.GetProperty("tests").EnumerateArray()
               select new Vector(test.GetProperty("tcId").GetInt32(), test.GetProperty("jws").GetString()!, test.GetProperty("result").GetString() == "valid", key),
        ];
    }

    private sealed record Vector(int Id, string Text, bool IsValid, SigningKey Key);
}
