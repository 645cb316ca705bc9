namespace Portcullis.Cli.Simulation;

/// <summary>How a playback ended.</summary>
internal enum PlaybackOutcome
{
    /// <summary>The simulation stopped it.</summary>
    Stopped,

    /// <summary>The edge answered 403.</summary>
    Blocked,

    /// <summary>The edge answered 401: the token is not valid, which is no block.</summary>
    Unauthorized,

    /// <summary>The asset was over.</summary>
    Finished,

    /// <summary>It could not be played.</summary>
    Failed,
}
