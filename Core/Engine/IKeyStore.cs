using Portcullis.Keys;

namespace Portcullis.Engine;

/// <summary>Where the keys behind the tokens are kept.</summary>
public interface IKeyStore
{
    /// <summary>The live keys.</summary>
    KeySet Current { get; }

    /// <summary>Key under which account ids become account tags.</summary>
    ReadOnlyMemory<byte> AccountTagKey { get; }
}
