using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Cli.Evaluation;
using Portcullis.Local.Sessions;
using Portcullis.Media;

namespace Portcullis.Cli.Replay;

/// <summary>The folder of <c>--resume</c>: sessions, titles, decisions and progress of a replay, stored together.</summary>
internal sealed class ReplayFolder : IDisposable
{
    private const string Database = "replay.db", LockFile = "replay.lock", Inputs = "inputs", Progress = "progress";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SessionSnapshots _snapshots;

    private ReplayFolder(string path, FileStream @lock, SessionSnapshots snapshots)
    {
        _path = path;
        _lock = @lock;
        _snapshots = snapshots;
    }

    /// <summary>Opens the folder of a replay, or makes a new one.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="inputs">What the replay reads and judges by.</param>
    /// <exception cref="FormatException">The folder belongs to something else, or another process uses it; the message says what.</exception>
    public static ReplayFolder Open(string path, ReplayInputs inputs)
    {
        var database = Path.Combine(path, Database);
        if (!File.Exists(database) && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != LockFile))
            throw new FormatException($"--resume {path} holds other things than a replay; name a new or empty folder");
        FileStream? @lock = null;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OwnerOnly);
            @lock = Lock(path);
            var folder = new ReplayFolder(path, @lock, new SessionSnapshots(database, TimeProvider.System));
            folder.Claim(inputs);
            return folder;
        }
        catch (Exception error)
        {
            @lock?.Dispose();
            if (error is SqliteException or InvalidOperationException or UnauthorizedAccessException)
                throw Unusable(path, error.Message);
            throw;
        }
    }

    /// <summary>Reads back how far the replay was; null when it is new.</summary>
    public ReplayProgress? LoadProgress() => Read<ReplayProgress>(Progress);

    /// <summary>Reads back what was learned of titles.</summary>
    public MediaReader LoadMedia() => _snapshots.LoadMedia(error => throw Unusable(_path, error.Message));

    /// <summary>Gives an engine its sessions back.</summary>
    public void Restore(SessionShards engine) =>
        engine.Restore(_snapshots.LoadSessions(engine.Agents, (sid, error) => throw Unusable(_path, $"session {sid}: {error.Message}")));

    /// <summary>Reads back what was decided, in its order.</summary>
    public IEnumerable<SessionDecision> LoadDecisions(ReplayProgress progress) =>
        Enumerable.Range(0, progress.DecisionDocuments).SelectMany(number => Read<List<SessionDecision>>(NameOf(number)) ?? throw Unusable(_path, "decisions are missing"));

    /// <summary>Stores how far the replay is.</summary>
    /// <param name="engine">Its sessions.</param>
    /// <param name="media">What was learned of titles.</param>
    /// <param name="progress">Its progress, without the new decisions.</param>
    /// <param name="decisions">All decisions.</param>
    /// <returns>The progress as it was stored.</returns>
    /// <exception cref="IOException">Nothing could be stored.</exception>
    public ReplayProgress Save(SessionShards engine, MediaReader media, ReplayProgress progress, IReadOnlyList<SessionDecision> decisions)
    {
        var documents = new List<KeyValuePair<string, byte[]>> { new(SessionSnapshots.Titles, media.ToBytes()) };
        if (decisions.Count > progress.Decisions)
        {
            documents.Add(Document(NameOf(progress.DecisionDocuments), decisions.Skip(progress.Decisions)));
            progress = progress with { Decisions = decisions.Count, DecisionDocuments = progress.DecisionDocuments + 1 };
        }
        documents.Add(Document(Progress, progress));
        if (!_snapshots.TrySave(engine.TakeDirty(), new Dictionary<string, long>(), documents))
            throw new IOException($"cannot store the replay in {_path}: {_snapshots.Health.Error}");
        return progress;
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new FormatException($"--resume {path} is in use by another replay");
        }
    }

    private void Claim(ReplayInputs inputs)
    {
        if (Read<ReplayInputs>(Inputs) is { } stored)
        {
            if (stored.DifferenceTo(inputs) is { } difference)
                throw new FormatException($"--resume {_path} belongs to a replay {difference}; name another folder, or delete this one to start anew");
            return;
        }
        if (!_snapshots.TrySave([], new Dictionary<string, long>(), Document(Inputs, inputs)))
            throw new IOException($"cannot store the replay in {_path}: {_snapshots.Health.Error}");
    }

    private T? Read<T>(string name) where T : class
    {
        try
        {
            return _snapshots.LoadDocument(name) is { } content ? JsonSerializer.Deserialize<T>(content, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException error)
        {
            throw Unusable(_path, $"{name}: {error.Message}");
        }
    }

    private static KeyValuePair<string, byte[]> Document<T>(string name, T content) => new(name, JsonSerializer.SerializeToUtf8Bytes(content, JsonSerializerOptions.Web));

    private static string NameOf(int decisions) => string.Create(CultureInfo.InvariantCulture, $"decisions-{decisions}");

    private static FormatException Unusable(string path, string why) => new($"--resume {path} cannot be read ({why}); delete it to start anew");
}
