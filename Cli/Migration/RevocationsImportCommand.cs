using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Portcullis.Cli.Commands;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;
using Portcullis.Revocations;

namespace Portcullis.Cli.Migration;

/// <summary>
/// <c>revocations import FILE… | --table NAME</c>: blocks what SMDE's revocation table lists. Importing again changes nothing, and does not undo a lift.
/// </summary>
internal static class RevocationsImportCommand
{
    /// <summary>Requests at the same time: the ledger writes in groups.</summary>
    private const int AtOnce = 16;

    public static Command Create() => new("revocations", "Revocations as a whole.") { CreateImport() };

    private static Command CreateImport()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and check, without a service: nothing is blocked." };
        var command = new Command("import", "Blocks the sessions that SMDE's table lists as revoked, until no token of theirs can be valid.") { dryRun };
        var source = new SmdeSourceOptions(command, "revocation");
        return ServiceOptions.AttachUnconnected(command, async (connect, terminal, parse, cancellationToken) =>
        {
            var exports = await source.ReadAsync(parse, cancellationToken);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var errors = new List<string>();
            var standing = new List<SmdeRevocation>();
            var ended = 0;
            foreach (var (name, text) in exports)
            {
                var (revocations, wrong) = SmdeRevocations.Read(text);
                errors.AddRange(wrong.Select(error => $"{name}: {error.Field}: {error.Error}"));
                standing.AddRange(revocations.Where(revocation => revocation.EndsAt is not { } end || end > now));
                ended += revocations.Count(revocation => revocation.EndsAt <= now);
            }
            // Of a session that has several rows the newest counts.
            standing = [.. standing.GroupBy(revocation => revocation.Sid, StringComparer.Ordinal).Select(rows => rows.MaxBy(row => row.LastUpdated)!)];
            var isDry = parse.GetValue(dryRun);
            var imported = 0;
            if (!isDry && standing.Count > 0)
            {
                using var client = connect();
                imported = await RevokeAsync(client, standing, errors, cancellationToken);
            }
            terminal.Result(new { dryRun = isDry, imported, ended, refused = errors.Count, errors });
            if (!terminal.Json)
            {
                foreach (var error in errors)
                    terminal.Diagnostic(error);
                terminal.Line(isDry ? $"{standing.Count} can be imported, {ended} have ended, {errors.Count} refused" : $"{imported} imported, {ended} have ended, {errors.Count} refused");
            }
            return errors.Count > 0 ? ExitCode.Refused : ExitCode.Ok;
        });
    }

    private static async Task<int> RevokeAsync(ServiceClient client, List<SmdeRevocation> revocations, List<string> errors, CancellationToken cancellationToken)
    {
        var imported = 0;
        await Parallel.ForEachAsync(revocations, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (revocation, cancellation) =>
        {
            try
            {
                await client.RevokeAsync(RequestOf(revocation), cancellation);
                Interlocked.Increment(ref imported);
            }
            catch (ServiceFailure failure) when (failure.Status is not (null or 401 or 403))
            {
                lock (errors)
                    errors.Add($"{revocation.Sid}: {failure.Message}");
            }
        });
        return imported;
    }

    private static RevocationRequest RequestOf(SmdeRevocation revocation) => new(
        revocation.Sid, null, $"SMDE: {revocation.Type.ToLowerInvariant()}{(revocation.Reason is null ? "" : $", {Shortened(revocation.Reason)}")}",
        revocation.EndsAt is { } end ? DateTimeOffset.FromUnixTimeSeconds(end) : null, RequestIdOf(revocation));

    /// <summary>The same row is the same request, so that it is one decision however often it is imported.</summary>
    private static string RequestIdOf(SmdeRevocation revocation) =>
        "smde-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{revocation.Sid} {revocation.LastUpdated}")))[..32];

    private static string Shortened(string reason) => new([.. reason.Where(character => !char.IsControl(character)).Take(200)]);
}
