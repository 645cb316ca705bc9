using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portcullis.Notifications;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>The receivers' examples in docs/webhooks.md, as implementations that are not ours.</summary>
public sealed partial class VerificationTests
{
    private const string Secret = "whsec_current", Old = "whsec_old";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly byte[] Body = NotificationBatch.Write("dlv_1", [Notification.Of(NotificationTypes.Ping, Now, new { webhook = "wh_1" }).Json]);

    private static readonly string Good = WebhookSignature.Sign([Secret], Now, Body);

    private static IEnumerable<(string What, string Header, byte[] Body, bool Genuine)> Cases =>
    [
        ("as sent", Good, Body, true),
        ("during rotation", WebhookSignature.Sign([Secret, Old], Now, Body), Body, true),
        ("during rotation, receiver has the old one", WebhookSignature.Sign([Old, Secret], Now, Body), Body, true),
        ("at the edge of the window", WebhookSignature.Sign([Secret], Now - WebhookSignature.ReplayWindow, Body), Body, true),
        ("ahead, at the edge of the window", WebhookSignature.Sign([Secret], Now + WebhookSignature.ReplayWindow, Body), Body, true),
        ("too old", WebhookSignature.Sign([Secret], Now - WebhookSignature.ReplayWindow - TimeSpan.FromSeconds(1), Body), Body, false),
        ("too far ahead", WebhookSignature.Sign([Secret], Now + WebhookSignature.ReplayWindow + TimeSpan.FromSeconds(1), Body), Body, false),
        ("time changed", Good.Replace("t=1800000000", "t=1800000001", StringComparison.Ordinal), Body, false),
        ("body changed", Good, [.. Body[..^1], (byte)' '], false),
        ("body longer", Good, [.. Body, (byte)' '], false),
        ("another secret", WebhookSignature.Sign([Old], Now, Body), Body, false),
        ("signature cut", Good[..^1], Body, false),
        ("upper case", Good.ToUpperInvariant(), Body, false),
        ("another scheme", Good.Replace("v1=", "v0=", StringComparison.Ordinal), Body, false),
        ("no signature", "t=1800000000", Body, false),
        ("no time", Good[(Good.IndexOf(',', StringComparison.Ordinal) + 1)..], Body, false),
        ("time is no number", Good.Replace("t=1800000000", "t=18e8", StringComparison.Ordinal), Body, false),
        ("huge time", Good.Replace("t=1800000000", "t=99999999999999999999", StringComparison.Ordinal), Body, false),
        ("empty", "", Body, false),
        ("beyond ASCII", "t=1800000000,v1=é", Body, false),
    ];

    private static string Docs => Path.Combine(typeof(VerificationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Root").Value!, "docs/webhooks.md");

    [Fact]
    public async Task CSharp_OfTheDocs_TellsGenuineFromForged()
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Docs))!;
        var compiled = await File.ReadAllTextAsync(Path.Combine(root, "tests/Local.Tests/Notifications/PortcullisWebhook.cs"));

        Assert.Equal(compiled, CSharp().Match(await File.ReadAllTextAsync(Docs)).Groups[1].Value);
        Assert.All(Cases, one => Assert.True(PortcullisWebhook.IsGenuine(one.Header, one.Body, Secret, Now) == one.Genuine, one.What));
    }

    [SkippableFact]
    public async Task JavaScript_OfTheDocs_TellsGenuineFromForged()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node"))), "node is missing");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.PathOf("verify.mjs"), JavaScript().Match(await File.ReadAllTextAsync(Docs)).Groups[1].Value);
        await File.WriteAllTextAsync(folder.PathOf("cases.json"), JsonSerializer.Serialize(Cases.Select(one => new { header = one.Header, body = Convert.ToBase64String(one.Body) })));
        await File.WriteAllTextAsync(folder.PathOf("run.mjs"), $$"""
            import { readFileSync } from 'node:fs';
            import { isGenuine } from './verify.mjs';
            const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url)));
            console.log(JSON.stringify(cases.map((one) => isGenuine(one.header, Buffer.from(one.body, 'base64'), '{{Secret}}', {{Now.ToUnixTimeSeconds()}}))));
            """);

        using var node = Process.Start(new ProcessStartInfo("node", [folder.PathOf("run.mjs")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();

        Assert.True(node.ExitCode == 0, await error);
        Assert.Equal(Cases.Select(one => (one.What, one.Genuine)), Cases.Zip(JsonSerializer.Deserialize<bool[]>(output)!, (one, answer) => (one.What, answer)));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JavaScript();
}
