using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using static Portcullis.Tokens.Signed.SignedGate;

namespace Portcullis.Tokens.Signed;

/// <summary>OpenSSL, which CloudFront's guide signs with, as an implementation that is not ours: in both directions.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-openssl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Algorithms), MemberType = typeof(SignedGate))]
    public void OurSignature_IsVerifiedByOpenSsl(CloudFrontKeyKind kind, CloudFrontHash hash)
    {
        var pair = PairOf(kind);
        var signed = CloudFrontSigner.SignUrl(Url, Title, pair, hash);
        var key = Write("public.pem", Encoding.ASCII.GetBytes(pair.PublicKey.ToPem()));
        var statement = Write("policy", Decode(Parameter(signed, "Policy")));
        var signature = Write("signature", Decode(Parameter(signed, "Signature")));
        var tampered = Write("tampered", Encoding.ASCII.GetBytes(Title.ToJson().Replace("vod", "xod", StringComparison.Ordinal)));

        Assert.Equal(0, Run("dgst", NameOf(hash), "-verify", key, "-signature", signature, statement));
        Assert.NotEqual(0, Run("dgst", NameOf(hash), "-verify", key, "-signature", signature, tampered));
    }

    [SkippableTheory]
    [MemberData(nameof(Algorithms), MemberType = typeof(SignedGate))]
    public void OpenSslsSignature_IsVerifiedByUs(CloudFrontKeyKind kind, CloudFrontHash hash)
    {
        var key = Path.Combine(_folder, "private.pem");
        string[] draw = kind == CloudFrontKeyKind.Rsa2048 ? ["genrsa", "-out", key, "2048"] : ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key];
        Assert.Equal(0, Run(draw));
        var pair = CloudFrontKeyPair.FromPem("KOPENSSL", File.ReadAllText(key));
        var policy = $$$$"""{"Statement":[{"Resource":"{{{{Origin}}}}/*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000600}}}]}""";
        var signature = Path.Combine(_folder, "signature");
        Assert.Equal(0, Run("dgst", NameOf(hash), "-sign", key, "-out", signature, Write("policy", Encoding.ASCII.GetBytes(policy))));

        var url = $"{Url}?Policy={Encode(Encoding.ASCII.GetBytes(policy))}&Signature={Encode(File.ReadAllBytes(signature))}&Key-Pair-Id=KOPENSSL{(hash == CloudFrontHash.Sha256 ? "&Hash-Algorithm=SHA256" : "")}";

        Assert.Equal(TokenRejection.None, CloudFrontSignatureVerifier.Verify(url, null, null, [pair.PublicKey], Now).Rejection);
    }

    private static string NameOf(CloudFrontHash hash) => hash == CloudFrontHash.Sha1 ? "-sha1" : "-sha256";

    private static string Parameter(string url, string name) => url.Split(name + "=")[1].Split('&')[0];

    private static byte[] Decode(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '=').Replace('~', '/'));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('=', '_').Replace('/', '~');

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static int Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            throw new SkipException("openssl is not installed");
        }
    }
}
