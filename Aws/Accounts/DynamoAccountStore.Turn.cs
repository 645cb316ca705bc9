using Portcullis.Accounts;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Accounts;

/// <content>What is done in an account's turn: read, decide, store over what was read.</content>
public sealed partial class DynamoAccountStore
{
    private async Task<MintJudgement> AdmitAsync(DynamoAccount account, string sid, long expiresAt, CancellationToken cancellation)
    {
        var wasTried = false;
        try
        {
            // What memory holds may be granted at once, since the write finds out; it is refused, and others are ended, on what is stored now.
            var isFresh = !account.IsRead;
            var ended = new List<AccountSlot>();
            while (true)
            {
                if (isFresh)
                    await ReadAsync(account, cancellation).ConfigureAwait(false);
                var now = Now;
                CatchUp(account, now);
                var judgement = account.Slots.Judge(account.Settings.Over(Limits), _endings.RevokedAt(now), now);
                // Stored by an attempt whose answer was lost, and others have gone on since.
                if (wasTried && account.Slots.Find(sid) is not null)
                    return MintJudgement.Admitted(judgement.Limits, ended);
                if (!isFresh && (!judgement.IsAdmitted || judgement.ToEnd.Count > 0))
                {
                    isFresh = true;
                    continue;
                }
                if (!judgement.IsAdmitted)
                    return judgement;
                await _endings.EndAsync(judgement.ToEnd, judgement.Limits, cancellation).ConfigureAwait(false);
                ended.AddRange(judgement.ToEnd.Where(slot => ended.TrueForAll(other => other.Sid != slot.Sid)));
                account.Slots.Mint(sid, expiresAt, Now);
                wasTried = true;
                if (await TryStoreAsync(account, cancellation).ConfigureAwait(false))
                    return judgement with { ToEnd = ended };
                account.Slots.Remove(sid);
                isFresh = true;
            }
        }
        catch when (wasTried)
        {
            // Its token is not given out; it may be stored, or still get there.
            account.Slots.Remove(sid);
            account.InVain[sid] = 0;
            throw;
        }
    }

    private async Task<bool> RenewAsync(DynamoAccount account, string sid, long startedAt, long expiresAt, CancellationToken cancellation)
    {
        var isNew = false;
        try
        {
            return await ChangeAsync(account, () => isNew |= account.Slots.Renew(sid, startedAt, expiresAt), cancellation).ConfigureAwait(false);
        }
        catch
        {
            // The next write of the account stores it, or the next sweep.
            account.Renewals[sid] = (startedAt, expiresAt);
            throw;
        }
    }

    /// <summary>Changes an account and stores it, however often others are faster.</summary>
    /// <returns>What the change says: whether there is something to store.</returns>
    private async Task<bool> ChangeAsync(DynamoAccount account, Func<bool> change, CancellationToken cancellation)
    {
        while (true)
        {
            if (!account.IsRead)
                await ReadAsync(account, cancellation).ConfigureAwait(false);
            if (!change())
                return false;
            if (await TryStoreAsync(account, cancellation).ConfigureAwait(false))
                return true;
        }
    }

    /// <returns>False when another process was faster.</returns>
    private async Task<bool> TryStoreAsync(DynamoAccount account, CancellationToken cancellation)
    {
        var now = Now;
        CatchUp(account, now);
        foreach (var slot in AccountItem.Beyond(account.Slots.All, _endings.RevokedAt(now)))
            account.Slots.Remove(slot.Sid);
        account.Doubt();
        var revision = await _health.WatchAsync(() => ItemOf(account).TryWriteAsync(AccountItem.Write(account.Settings, account.Slots.All, now), account.Revision, cancellation)).ConfigureAwait(false);
        if (revision is null)
            return false;
        account.Stored(revision);
        return true;
    }

    private async Task ReadAsync(DynamoAccount account, CancellationToken cancellation)
    {
        await _health.WatchAsync(async () =>
        {
            var item = await ItemOf(account).ReadAsync(cancellation).ConfigureAwait(false);
            var (settings, sessions) = AccountItem.Read(account.Tag, item);
            account.Take(VersionedItem.RevisionOf(item), settings, sessions, _stoppedAt, _startedAt);
        }).ConfigureAwait(false);
        CatchUp(account, Now);
    }

    /// <summary>Takes in what was seen since, and lets go of what is over: in this order, since a session that was seen is not over.</summary>
    private void CatchUp(DynamoAccount account, long now)
    {
        foreach (var slot in account.Slots.All.ToList())
        {
            if (_sightings.Find(slot.Sid, now + ClockStep, now) is not { } at)
                continue;
            // Lines that were written before this start.
            if (at < _startedAt)
                account.Slots.Recall(slot.Sid, at, _stoppedAt, _startedAt);
            else
                account.Slots.See(slot.Sid, at, now);
        }
        account.Slots.Sweep(now, []);
    }
}
