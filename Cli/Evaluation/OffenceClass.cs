namespace Portcullis.Cli.Evaluation;

/// <summary>What a labelled session is.</summary>
internal enum OffenceClass
{
    /// <summary>An honest viewer.</summary>
    Viewer = 0,

    /// <summary>A token shared by several viewers.</summary>
    Shared,

    /// <summary>A token whose stream is fetched to be sent on.</summary>
    Restream,

    /// <summary>A token with which a title is copied.</summary>
    Rip,
}
