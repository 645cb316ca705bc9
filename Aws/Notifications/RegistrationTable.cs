using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Notifications;

/// <summary>The registrations of webhooks in the state table, each changed only by who has read its newest revision.</summary>
/// <param name="table">The state table.</param>
internal sealed class RegistrationTable(DynamoTable table)
{
    /// <summary>All registrations with id and revision, removed ones too.</summary>
    public async Task<List<(string Id, string Revision, Registration Registration)>> ListAsync(CancellationToken cancellation)
    {
        var all = new List<(string, string, Registration)>();
        await foreach (var item in table.QueryAsync(WebhookItems.Registrations, cancellation: cancellation).ConfigureAwait(false))
            all.Add((item[DynamoTable.Sort].S, VersionedItem.RevisionOf(item)!, WebhookItems.Read<Registration>(item)));
        return all;
    }

    public async Task<Registration?> FindAsync(string id, CancellationToken cancellation) =>
        await ItemOf(id).ReadAsync(cancellation).ConfigureAwait(false) is { } item ? WebhookItems.Read<Registration>(item) : null;

    public async Task AddAsync(string id, Registration registration, CancellationToken cancellation)
    {
        if (await ItemOf(id).TryWriteAsync(ContentOf(registration), null, cancellation).ConfigureAwait(false) is null)
            throw new StoreUnavailableException($"There is a webhook {id} already; add it under another id.");
    }

    /// <summary>Changes a registration as it is now.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="change">What becomes of it; null where nothing is to change. May be asked several times.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What it has become; null where there is none, or nothing changed.</returns>
    public async Task<Registration?> ChangeAsync(string id, Func<Registration, Registration?> change, CancellationToken cancellation)
    {
        var item = ItemOf(id);
        while (true)
        {
            if (await item.ReadAsync(cancellation).ConfigureAwait(false) is not { } read || change(WebhookItems.Read<Registration>(read)) is not { } next)
                return null;
            if (await item.TryWriteAsync(ContentOf(next), VersionedItem.RevisionOf(read), cancellation).ConfigureAwait(false) is not null)
                return next;
        }
    }

    public Task DeleteAsync(string id, CancellationToken cancellation) => table.DeleteAsync(WebhookItems.Registrations, id, cancellation);

    private VersionedItem ItemOf(string id) => new(table, WebhookItems.Registrations, id);

    private static Dictionary<string, AttributeValue> ContentOf(Registration registration) => new() { [WebhookItems.Body] = WebhookItems.Json(registration) };
}
