using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Bench.Rivals;

/// <summary>SMDE v1's score as SQL in DuckDB, run by <c>bench/duckdb/score.mjs</c> in a process of its own. The file is one window.</summary>
/// <param name="form"><c>query</c> counts distinct requests as SMDE's query does, <c>hashed</c> counts their hashes, which is faster.</param>
internal sealed class DuckDbScore(string form) : IRival
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public string Name => $"SMDE v1's score, DuckDB ({form}), 2 threads";

    /// <summary>Runs the script. The time is that of the query alone, without the start of node and of the database.</summary>
    /// <exception cref="InvalidOperationException">The script failed; the message has what it said.</exception>
    public RivalScore Run(string file)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Root, "bench", "duckdb", "score.mjs"), Path.GetFullPath(file), form]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node does not start.");
        var said = node.StandardError.ReadToEndAsync();
        var output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"bench/duckdb/score.mjs failed (npm ci in bench/duckdb installs what it needs): {said.GetAwaiter().GetResult()}");
        return JsonSerializer.Deserialize<RivalScore>(output, Web) ?? throw new InvalidOperationException("bench/duckdb/score.mjs printed null.");
    }

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Orleans.sln")))
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no checkout.");
            return folder;
        }
    }
}
