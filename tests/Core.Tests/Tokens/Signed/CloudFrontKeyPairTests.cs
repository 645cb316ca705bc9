using System.Security.Cryptography;

namespace Portcullis.Tokens.Signed;

public sealed class CloudFrontKeyPairTests
{
    [Fact]
    public void FromPem_EveryUsualForm_IsRead()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(CloudFrontKeyKind.Rsa2048, CloudFrontKeyPair.FromPem("K1", rsa.ExportPkcs8PrivateKeyPem()).PublicKey.Kind);
        Assert.Equal(CloudFrontKeyKind.Rsa2048, CloudFrontKeyPair.FromPem("K1", rsa.ExportRSAPrivateKeyPem()).PublicKey.Kind);
        Assert.Equal(CloudFrontKeyKind.EcdsaP256, CloudFrontKeyPair.FromPem("K1", ecdsa.ExportPkcs8PrivateKeyPem()).PublicKey.Kind);
        Assert.Equal(CloudFrontKeyKind.EcdsaP256, CloudFrontKeyPair.FromPem("K1", ecdsa.ExportECPrivateKeyPem()).PublicKey.Kind);
    }

    [Fact]
    public void FromPem_OtherKeys_AreRefusedAndNotShown()
    {
        using var small = RSA.Create(1024);
        using var large = RSA.Create(4096);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var pem in new[] { small.ExportPkcs8PrivateKeyPem(), large.ExportPkcs8PrivateKeyPem(), p384.ExportPkcs8PrivateKeyPem(), SignedGate.Rsa.PublicKey.ToPem(), "nonsense", "" })
        {
            var error = Assert.Throws<ArgumentException>(() => CloudFrontKeyPair.FromPem("K1", pem));

            Assert.DoesNotContain("MII", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("k1")]
    [InlineData("K-1")]
    [InlineData("K1&Policy=x")]
    public void Draw_IdThatIsNone_IsRefused(string id) => Assert.Throws<ArgumentException>(() => CloudFrontKeyPair.Draw(id, CloudFrontKeyKind.EcdsaP256));

    [Fact]
    public void DrawKeyPairId_HasTheFormOfCloudFronts() => Assert.Matches("^K[A-Z0-9]{13}$", CloudFrontKeyPair.DrawKeyPairId());

    [Fact]
    public void ToString_ShowsIdAndKindOnly() => Assert.Equal("KRSA0000000001 (Rsa2048)", SignedGate.Rsa.ToString());

    [Theory]
    [InlineData(CloudFrontKeyKind.Rsa2048)]
    [InlineData(CloudFrontKeyKind.EcdsaP256)]
    public void FromPkcs8_OfAnExport_IsTheSamePair(CloudFrontKeyKind kind)
    {
        var pair = SignedGate.PairOf(kind);

        Assert.Equal(pair.PublicKey.ToPem(), CloudFrontKeyPair.FromPkcs8(pair.KeyPairId, pair.ExportPkcs8()).PublicKey.ToPem());
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", pair.PublicKey.ToPem(), StringComparison.Ordinal);
    }
}
