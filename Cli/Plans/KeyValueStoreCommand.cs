using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Keys;

namespace Portcullis.Cli.Plans;

/// <summary><c>kvs plan</c>: the entries of a CloudFront KeyValueStore that revoke given sessions and accounts. Keys are not among them.</summary>
internal static class KeyValueStoreCommand
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("kvs", "Plans of a CloudFront KeyValueStore.") { CreatePlan() };

    private static Command CreatePlan()
    {
        var command = new Command("plan", "Prints the entries that revoke the sids of a file, as many as fit into 5 MB, most important first, and how many bytes and calls they are.");
        return new PlanOptions().Attach(command, (_, blocks, now) =>
        {
            var plan = KeyValueStorePlan.Draw(blocks, KeySet.Empty, now);
            return (Text(plan), plan.LeftOut == 0 ? null : LeftOut(plan));
        });
    }

    private static string Text(KeyValueStorePlan plan) => JsonSerializer.Serialize(
        new
        {
            plan.Sids,
            Accounts = plan.AccountTags,
            plan.LeftOut,
            plan.Ended,
            plan.Bytes,
            KeyValueStorePlan.MaxBytes,
            Batches = plan.Batches(KeyValueStorePlan.Empty).Count,
            Entries = plan.Entries.Select(entry => new { entry.Key, entry.Value }),
        },
        Written);

    private static string LeftOut(KeyValueStorePlan plan) => string.Create(
        CultureInfo.InvariantCulture, $"kvs plan: {plan.LeftOut} do not fit into {KeyValueStorePlan.MaxBytes} bytes; held are {plan.Sids} sids and {plan.AccountTags} accounts");
}
