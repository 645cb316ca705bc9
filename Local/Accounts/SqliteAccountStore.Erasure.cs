using Portcullis.Accounts;
using Portcullis.Engine;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Accounts;

/// <summary>Erasure of an account's settings and slots.</summary>
internal sealed partial class SqliteAccountStore
{
    /// <summary>Forgets an account. Sessions that go on hold no slot before they are renewed.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and erasing again is safe.</param>
    /// <returns>How many sessions were known.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation)
    {
        var stripe = StripeOf(tag);
        lock (stripe.Lock)
        {
            if (stripe.Find(tag) is { } account)
            {
                account.Slots.Clear();
                account.Settings = AccountSettings.None;
            }
        }
        var erase = new Write<int>(connection =>
        {
            connection.Execute("DELETE FROM accounts WHERE tag = :tag", (":tag", tag));
            return connection.Execute("DELETE FROM account_sessions WHERE sid >= :from AND sid < :until", (":from", tag + "_"), (":until", tag + "`"));
        });
        await _writer.EnqueueAsync(erase, cancellation).ConfigureAwait(false);
        return await erase.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
