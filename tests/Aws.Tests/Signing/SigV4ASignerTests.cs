using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Portcullis.Aws.Signing;

namespace Portcullis.Aws.Tests.Signing;

public sealed class SigV4ASignerTests
{
    public static TheoryData<string> Cases => [.. SigV4AVector.Names];

    [Fact]
    public void Vectors_AreAll() => Assert.Equal(40, SigV4AVector.Names.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sign_Vector_CanonicalRequestStringToSignKeyAndSignatureAreRight(string name)
    {
        var vector = new SigV4AVector(name);
        using var signer = vector.Signer;
        var canonicalRequest = vector.CanonicalRequest ?? SigV4AVector.WithQuery(name switch
        {
            "get-vanilla-query-order-key" => "Param1=Value1&Param1=value2",
            "get-vanilla-query-order-value" => "Param1=value1&Param1=value2",
            _ => throw new InvalidOperationException($"{name} says nothing of what is expected."),
        });
        var expected = new SigV4AVector("get-vanilla").PublicKey!.Value;

        var canonical = signer.Canonical(vector.Request.With(signer.HeadersFor(vector.Request, vector.Credentials, vector.At)));
        var text = signer.StringToSign(canonical, vector.At);
        var headers = signer.Sign(vector.Request, vector.Credentials, vector.At);

        Assert.Equal(canonicalRequest, canonical.Text);
        Assert.Equal(vector.StringToSign ?? $"AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n{Hash(canonicalRequest)}", text);
        var key = signer.KeyOf(vector.Credentials).Public;
        Assert.Equal(vector.PublicKey ?? expected, (Convert.ToHexStringLower(key.X!), Convert.ToHexStringLower(key.Y!)));
        var authorization = headers.Single(header => header.Key == "Authorization").Value.Split("Signature=");
        Assert.True(Verifies(vector.PublicKey ?? expected, text, authorization[1]));
        Assert.False(Verifies(vector.PublicKey ?? expected, text + " ", authorization[1]));
        if (vector.Signature is { } signature)
        {
            // What AWS's implementation signed is what we would have.
            Assert.True(Verifies(vector.PublicKey!.Value, text, signature));
            Assert.Equal(vector.AuthorizationWithoutSignature, authorization[0]);
        }
        Assert.Equal(vector.Credentials.UseToken, headers.Any(header => header.Key == "X-Amz-Security-Token" && header.Value == vector.Credentials.Token));
    }

    [Fact]
    public void KeyOf_SameCredentials_IsDerivedOnce()
    {
        using var signer = new SigV4ASigner("service", "*");
        var first = signer.KeyOf(new ImmutableCredentials("AKIDEXAMPLE", "one", "token"));

        Assert.Same(first, signer.KeyOf(new ImmutableCredentials("AKIDEXAMPLE", "one", "another token")));
        Assert.NotSame(first, signer.KeyOf(new ImmutableCredentials("AKIDEXAMPLE", "two", null)));
        Assert.NotSame(first, signer.KeyOf(new ImmutableCredentials("AKIDANOTHER", "one", null)));
    }

    [Fact]
    public void Canonical_EscapedPath_IsEscapedOnceMore()
    {
        var request = new SignableRequest("GET", "/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A1%3Akey-value-store%2Fa/keys", "NextToken=a%2Fb%3D&MaxResults=50", [new("Host", "h")], default);
        using var signer = new SigV4ASigner("service", "*");

        var lines = signer.Canonical(request).Text.Split('\n');

        Assert.Equal("/key-value-stores/arn%253Aaws%253Acloudfront%253A%253A1%253Akey-value-store%252Fa/keys", lines[1]);
        Assert.Equal("MaxResults=50&NextToken=a%2Fb%3D", lines[2]);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool Verifies((string X, string Y) point, string text, string signature)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Convert.FromHexString(point.X), Y = Convert.FromHexString(point.Y) },
        });
        return key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromHexString(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
