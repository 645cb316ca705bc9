namespace Portcullis.Sessions;

/// <summary>A rendition that a session fetched.</summary>
/// <param name="Title">Key of its title.</param>
/// <param name="Rendition">Its own key.</param>
internal readonly record struct RenditionKey(uint Title, uint Rendition);
