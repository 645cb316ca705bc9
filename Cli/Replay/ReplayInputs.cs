using System.Globalization;
using System.Text.Json;

namespace Portcullis.Cli.Replay;

/// <summary>What a replay reads and judges by, as far as another start must have the same to go on.</summary>
/// <param name="Files">The logs in order.</param>
/// <param name="Fields">The field list it begins with.</param>
/// <param name="Policy">The detection policy, as JSON.</param>
/// <param name="AllowedViewers">Viewers that may play one session at the same time.</param>
internal sealed record ReplayInputs(IReadOnlyList<ReplayInputs.LogFile> Files, string Fields, string Policy, int AllowedViewers)
{
    /// <exception cref="FormatException">One of the files cannot be read twice.</exception>
    public static ReplayInputs Of(IEnumerable<string> files, ReplayOptions options) => new(
        [.. files.Select(LogFile.Of)], options.Fields.Text, JsonSerializer.Serialize(options.Policy, JsonSerializerOptions.Web), options.AllowedViewers);

    /// <summary>What is different in words; null when nothing is.</summary>
    public string? DifferenceTo(ReplayInputs now)
    {
        if (!Files.Select(file => file.Path).SequenceEqual(now.Files.Select(file => file.Path), StringComparer.Ordinal))
            return $"of other files ({string.Join(", ", Files.Take(3).Select(file => file.Path))}{(Files.Count > 3 ? ", …" : "")})";
        foreach (var (then, file) in Files.Zip(now.Files))
        {
            if (then != file)
                return string.Create(CultureInfo.InvariantCulture, $"of another {file.Path}: it had {then.Length:N0} bytes, written {then.Written:yyyy-MM-ddTHH:mm:ssZ}; now {file.Length:N0}, {file.Written:yyyy-MM-ddTHH:mm:ssZ}");
        }
        if (Fields != now.Fields)
            return "with other --fields";
        if (Policy != now.Policy)
            return "with another --policy";
        return AllowedViewers != now.AllowedViewers ? $"with --allowed-viewers {AllowedViewers}" : null;
    }

    /// <summary>A log file, as it was when the replay began.</summary>
    internal sealed record LogFile(string Path, long Length, DateTime Written)
    {
        public static LogFile Of(string path)
        {
            if (path == "-")
                throw new FormatException("--resume goes on in the middle of the logs, which standard input does not allow");
            var file = new FileInfo(path);
            return new LogFile(file.FullName, file.Length, file.LastWriteTimeUtc);
        }
    }
}
