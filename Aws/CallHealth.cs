using Portcullis.Enforcement;
using Portcullis.Engine;

namespace Portcullis.Aws;

/// <summary>The health of something that is reached by calls: that of the last one.</summary>
/// <param name="name">Its name in the status.</param>
/// <param name="time">The clock.</param>
internal sealed class CallHealth(string name, TimeProvider time)
{
    private volatile StoreHealth _current = new(name, null, time.GetUtcNow());

    public StoreHealth Current => _current;

    /// <summary>Makes a call and takes in how it went. Another writer that was faster is no fault, nor is a caller who went away.</summary>
    public async Task<T> WatchAsync<T>(Func<Task<T>> call)
    {
        try
        {
            var result = await call().ConfigureAwait(false);
            Report(null);
            return result;
        }
        catch (Exception error) when (error is not (OperationCanceledException or TargetConflictException))
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
