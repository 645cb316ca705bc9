namespace Portcullis.Keys;

/// <summary>What came of importing a key.</summary>
public enum KeyImport
{
    /// <summary>The key is new.</summary>
    Added = 0,

    /// <summary>The key was there, with the same secret.</summary>
    Known,

    /// <summary>The key is there with another secret; nothing was changed.</summary>
    OtherSecret,

    /// <summary>The key id is that of a key of another format or purpose; nothing was changed.</summary>
    Taken,
}
