using System.Collections.Concurrent;
using Portcullis.Engine;

namespace Portcullis.Local.Tests.Sessions;

/// <summary>Session records in memory, which outlive the engine and can be made to fail.</summary>
internal sealed class MemoryRecords : ISessionRecords
{
    public ConcurrentDictionary<string, byte[]> Sessions { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, byte[]> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything that was done, in order.</summary>
    public ConcurrentQueue<string> Log { get; init; } = [];

    public volatile bool IsGone;

    public StoreHealth Health => new("memory", IsGone ? "gone" : null, DateTimeOffset.UnixEpoch);

    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> LoadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        foreach (var session in Sessions)
            yield return session;
    }

    /// <summary>When it fails, half of them are saved.</summary>
    public ValueTask SaveAsync(IReadOnlyCollection<KeyValuePair<string, byte[]?>> changed, CancellationToken cancellation = default)
    {
        foreach (var (sid, state) in changed.Take(IsGone ? changed.Count / 2 : changed.Count))
        {
            if (state is null)
                Sessions.TryRemove(sid, out _);
            else
                Sessions[sid] = state;
        }
        return DoneAsync($"save {changed.Count}");
    }

    public ValueTask<int> EraseAsync(string tag, CancellationToken cancellation = default)
    {
        var erased = Sessions.Keys.Count(sid => sid.StartsWith(tag + "_", StringComparison.Ordinal) && Sessions.TryRemove(sid, out _));
        Log.Enqueue("erase");
        return IsGone ? throw new StoreUnavailableException("gone") : ValueTask.FromResult(erased);
    }

    public ValueTask<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellation = default) => ValueTask.FromResult(Documents.GetValueOrDefault(name));

    public ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        if (!IsGone)
            Documents[name] = content.ToArray();
        return DoneAsync($"document {name}");
    }

    private ValueTask DoneAsync(string what)
    {
        Log.Enqueue(what);
        return IsGone ? throw new StoreUnavailableException("gone") : ValueTask.CompletedTask;
    }
}
