namespace Portcullis.Sessions;

/// <summary>The text of a user agent, handed along the first time a reader meets it.</summary>
/// <param name="Agent">Its key in <see cref="SliceLine"/>.</param>
/// <param name="Text">URL-decoded, at most 256 characters.</param>
public readonly record struct AgentText(uint Agent, string Text);
