using Amazon.DynamoDBv2.Model;
using Portcullis.Accounts;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Accounts;

/// <content>What is in memory, and for how long.</content>
public sealed partial class DynamoAccountStore
{
    /// <summary>Stores what could not be stored before, forgets what is over and what nobody asks for, and says that the service is still there.</summary>
    internal async Task SweepAsync(CancellationToken cancellation)
    {
        var now = Now;
        if (now >= _startedAt + AccountSlots.HoldFor)
            _sightings.Sweep(now - SightingsKept);
        try
        {
            // What was held at the last stop is held for a minute; a stop within that minute must not shorten it.
            if (now >= _startedAt + AccountSlots.HoldFor)
                await _health.WatchAsync(() => _table.PutAsync(ClockItem(now), null, null, cancellation)).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The health says so; the next sweep tries again.
            return;
        }
        foreach (var tag in Forget())
        {
            try
            {
                await InTurnAsync(tag, account => SettleAsync(account, cancellation), cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                // One account that cannot be read must not keep the others from being stored.
            }
        }
    }

    private async Task<bool> SettleAsync(DynamoAccount account, CancellationToken cancellation)
    {
        // Read first: others may have gone on.
        account.Doubt();
        return await ChangeAsync(account, () => account.IsUnsettled, cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets the accounts that nobody has asked for in a while.</summary>
    /// <returns>Of the others, those that are not stored as they should be.</returns>
    private List<string> Forget()
    {
        var unsettled = new List<string>();
        lock (_lock)
        {
            foreach (var (tag, account) in _accounts)
            {
                if (account.IsUnsettled)
                {
                    unsettled.Add(tag);
                }
                else if (account.Users == 0 && _time.GetElapsedTime(account.UsedAt) >= KeptFor)
                {
                    _accounts.Remove(tag);
                    account.Dispose();
                }
            }
        }
        return unsettled;
    }

    private async Task<T> InTurnAsync<T>(string tag, Func<DynamoAccount, Task<T>> work, CancellationToken cancellation)
    {
        var account = Enter(tag);
        try
        {
            await account.Turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await work(account).ConfigureAwait(false);
            }
            finally
            {
                account.Turn.Release();
            }
        }
        finally
        {
            lock (_lock)
                account.Users--;
        }
    }

    private DynamoAccount Enter(string tag)
    {
        lock (_lock)
        {
            if (!_accounts.TryGetValue(tag, out var account))
                _accounts[tag] = account = new DynamoAccount(tag);
            account.Users++;
            account.UsedAt = _time.GetTimestamp();
            return account;
        }
    }

    private static Dictionary<string, AttributeValue> ClockItem(long now) => new()
    {
        [DynamoTable.Partition] = new(Accounts),
        [DynamoTable.Sort] = new(Clock),
        [At] = Number.Of(now),
    };
}
