using Portcullis.Engine;

namespace Portcullis.Aws.Tables;

/// <summary>The health of a store in a table: that of its last call.</summary>
/// <param name="name">The store's name in the status.</param>
/// <param name="time">The clock.</param>
internal sealed class TableHealth(string name, TimeProvider time)
{
    private volatile StoreHealth _current = new(name, null, time.GetUtcNow());

    public StoreHealth Current => _current;

    /// <summary>Makes a call and takes in how it went.</summary>
    public async Task<T> WatchAsync<T>(Func<Task<T>> call)
    {
        try
        {
            var result = await call().ConfigureAwait(false);
            Report(null);
            return result;
        }
        catch (StoreUnavailableException error)
        {
            Report(error.Message);
            throw;
        }
    }

    /// <inheritdoc cref="WatchAsync{T}"/>
    public Task WatchAsync(Func<Task> call) => WatchAsync(async () =>
    {
        await call().ConfigureAwait(false);
        return true;
    });

    public void Report(string? error) => _current = _current.Becoming(error, time);
}
