namespace Portcullis.Engine;

/// <summary>A running installation, whatever it runs on: what the faces need of it. Disposing stops it, with everything read observed and stored.</summary>
public interface IInstallation : IServiceStatus, IAsyncDisposable
{
    /// <summary>What it runs on, as the status names it: <c>local</c> or <c>aws</c>.</summary>
    string Engine { get; }

    /// <summary>The ledger.</summary>
    IRevocationLedger Ledger { get; }

    /// <summary>The assets.</summary>
    IAssetStore Assets { get; }

    /// <summary>The keys behind the tokens.</summary>
    IKeyStore Keys { get; }

    /// <summary>The rotation of the keys.</summary>
    IKeyRotation Rotation { get; }

    /// <summary>The API keys.</summary>
    IApiKeyStore ApiKeys { get; }

    /// <summary>The receivers of notifications.</summary>
    IWebhooks Webhooks { get; }

    /// <summary>The accounts.</summary>
    IAccountStore Accounts { get; }

    /// <summary>Erases accounts.</summary>
    IAccountErasure Erasure { get; }

    /// <summary>The session engine.</summary>
    ISessionEngine Sessions { get; }
}
