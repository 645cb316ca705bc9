namespace Portcullis.Aws.Secrets;

/// <summary>A version of a secret.</summary>
/// <param name="id">The version's id.</param>
/// <param name="text">What it holds.</param>
internal sealed class SecretVersion(string id, string text)
{
    public string Id => id;

    public string Text => text;

    /// <summary>The id only.</summary>
    public override string ToString() => id;
}
