namespace Portcullis.Accounts;

/// <summary>What becomes of a token request when all of an account's slots are held.</summary>
public enum WhenFull
{
    /// <summary>The request is refused, and told who holds the slots.</summary>
    Refuse = 0,

    /// <summary>The account's oldest sessions are ended, as many as it takes, and the request is granted.</summary>
    EndOldest = 1,
}
