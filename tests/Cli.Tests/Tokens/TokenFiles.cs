using System.Buffers.Text;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Tokens;

/// <summary>The files of the token commands in a folder of their own, and runs of the commands on them that look out for secrets.</summary>
internal sealed class TokenFiles : IDisposable
{
    public const long Now = 1_800_000_000;
    public const string Sid = "aB3dE6gH9jK2mN5p";
    public const string Url = "https://media.example:8443/live/one/master.m3u8?device=tv";
    public const string V1Secret = "secret1_value_to_replace";

    public static readonly byte[] Sign = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    private static readonly byte[] Bind = [.. Enumerable.Range(101, 32).Select(value => (byte)value)];

    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-token-").FullName;

    public TokenFiles()
    {
        Keys = Write("keys.json", $$"""{"signing":"k1","keys":{"k1":{"format":"v2","sign":"{{Text(Sign)}}","bind":"{{Text(Bind)}}"} } }""");
        Policy = Write("policy.json", """{"lifetime":3600,"bind":{"ip":true,"country":"required","city":"whenPresent","headers":["user-agent"],"query":["device"]}}""");
        Viewer = Write("viewer.json", $$"""{"ip":"203.0.113.7","country":"DE","region":"BE","city":"Köln","headers":{"User-Agent":"Player/1.0"},"query":{"device":"tv"},"sid":"{{Sid}}"}""");
    }

    public string Keys { get; }

    public string Policy { get; }

    public string Viewer { get; }

    public static string Text(byte[] secret) => Base64Url.EncodeToString(secret);

    public string Missing => Path.Combine(_folder, "missing.json");

    public string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A v1 keys file that names no format.</summary>
    public string V1Keys() => Write("v1-keys.json", $$"""{"signing":"secret1_key_to_replace","keys":{"secret1_key_to_replace":{"sign":"{{V1Secret}}"} } }""");

    public Task<Invocation> MintAsync(params string[] options) =>
        RunAsync(["token", "mint", .. Files(options, "--keys", "--policy", "--viewer"), .. At(options, "--iat"), .. options]);

    public Task<Invocation> VerifyAsync(string url, params string[] options) =>
        RunAsync(["token", "verify", .. Files(options, "--keys", "--viewer"), "--url", url, .. At(options, "--now"), .. options]);

    /// <summary>Mints and returns what was printed.</summary>
    public async Task<string> MintedAsync(params string[] options)
    {
        var run = await MintAsync(options);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output.TrimEnd('\n');
    }

    /// <summary>A v2 policy's tokens for a URL, as JSON.</summary>
    public async Task<JsonElement> MintedJsonAsync(params string[] options) => JsonSerializer.Deserialize<JsonElement>(await MintedAsync([.. options, "--json"]));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<Invocation> RunAsync(string[] arguments)
    {
        var run = await Invocation.RunAsync(arguments);
        foreach (var secret in new[] { Text(Sign), Text(Bind), V1Secret })
            Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.Ordinal);
        // A token is printed where it is asked for, and nowhere else.
        Assert.DoesNotContain("eyJhbGciOiJIUzI1NiIs", run.Error, StringComparison.Ordinal);
        if (run.ExitCode == 2)
            Assert.Equal("", run.Output);
        else
            Assert.Equal("", run.Error);
        return run;
    }

    private IEnumerable<string> Files(string[] options, params string[] names) =>
        names.Except(options).SelectMany(name => new[] { name, name switch { "--keys" => Keys, "--policy" => Policy, _ => Viewer } });

    private static string[] At(string[] options, string name) => options.Contains(name) ? [] : [name, $"{Now}"];
}
