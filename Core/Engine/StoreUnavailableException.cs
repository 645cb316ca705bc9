namespace Portcullis.Engine;

/// <summary>A store cannot be written now, and whether the change was kept is not known. Safe to try again.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
