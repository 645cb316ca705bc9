namespace Portcullis.Keys;

/// <summary>Where a v2 key is on its way through the ring.</summary>
public enum KeyState
{
    /// <summary>In the targets' plans; not every target has shown yet that it holds the key.</summary>
    Pending = 0,

    /// <summary>Every target has read it back, and has had time to spread it.</summary>
    Confirmed,

    /// <summary>New tokens are signed with it.</summary>
    Signing,

    /// <summary>Signs no more; its tokens are valid until the last of them has ended.</summary>
    Verifying,

    /// <summary>In no plan any more and its secrets deleted; remembered until no target holds it. There is no way back.</summary>
    Retired,
}
