namespace Portcullis.Local.Accounts;

/// <summary>Some of the accounts, under one lock. It is never held while anything is waited for.</summary>
internal sealed class AccountStripe
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Account>.AlternateLookup<ReadOnlySpan<char>> _byTag;

    public AccountStripe() => _byTag = _accounts.GetAlternateLookup<ReadOnlySpan<char>>();

    public readonly Lock Lock = new();

    public Account? Find(ReadOnlySpan<char> tag) => _byTag.TryGetValue(tag, out var account) ? account : null;

    /// <summary>The account, new or known.</summary>
    public Account Open(ReadOnlySpan<char> tag)
    {
        if (!_byTag.TryGetValue(tag, out var account))
            _byTag[tag] = account = new Account();
        return account;
    }

    /// <summary>Forgets the sessions whose time is over, and the accounts of which nothing is left.</summary>
    public void Sweep(long now, List<string> gone)
    {
        foreach (var (tag, account) in _accounts)
        {
            account.Slots.Sweep(now, gone);
            if (!account.IsEmpty)
                continue;
            _accounts.Remove(tag);
            account.Dispose();
        }
    }
}
