namespace Portcullis.Tokens.Signed;

/// <summary>One key pair of each kind, one session and one time, to vary from in tests of signatures.</summary>
internal static class SignedGate
{
    public const long Now = 1_800_000_000;
    public const string Sid = "aB3dE6gH9jK2mN5p", Origin = "https://media.example.com", Url = $"{Origin}/{Sid}/vod/one/master.m3u8";

    public static readonly CloudFrontKeyPair Rsa = CloudFrontKeyPair.Draw("KRSA0000000001");
    public static readonly CloudFrontKeyPair Ecdsa = CloudFrontKeyPair.Draw("KECDSA00000001", CloudFrontKeyKind.EcdsaP256);
    public static readonly IReadOnlyList<CloudFrontPublicKey> PublicKeys = [Rsa.PublicKey, Ecdsa.PublicKey];

    public static readonly CloudFrontPolicy Title = new() { Resource = $"{Origin}/{Sid}/vod/one/*", DateLessThan = Now + 600, DateGreaterThan = Now - 5 };

    public static readonly TheoryData<CloudFrontKeyKind, CloudFrontHash> Algorithms = new()
    {
        { CloudFrontKeyKind.Rsa2048, CloudFrontHash.Sha1 },
        { CloudFrontKeyKind.Rsa2048, CloudFrontHash.Sha256 },
        { CloudFrontKeyKind.EcdsaP256, CloudFrontHash.Sha1 },
        { CloudFrontKeyKind.EcdsaP256, CloudFrontHash.Sha256 },
    };

    public static CloudFrontKeyPair PairOf(CloudFrontKeyKind kind) => kind == CloudFrontKeyKind.Rsa2048 ? Rsa : Ecdsa;

    public static IReadOnlyDictionary<string, string> Jar(IEnumerable<CloudFrontCookie> cookies) => cookies.ToDictionary(cookie => cookie.Name, cookie => cookie.Value);
}
