namespace Portcullis.Cli.Tokens;

/// <summary>A key in a keys file.</summary>
internal sealed record KeyEntry
{
    /// <value><c>v2</c> or <c>v1</c>; null: what the command's <c>--format</c> says, else v2.</value>
    public string? Format { get; init; }

    /// <value>The signing secret: base64url in a v2 key, ASCII in a v1 key.</value>
    public required string Sign { get; init; }

    /// <value>The binding secret of a v2 key, base64url; null in a v1 key, which has one secret.</value>
    public string? Bind { get; init; }

    /// <value>The paths that the key's tokens may admit at all; null or empty for all.</value>
    public IReadOnlyList<string>? AllowedPaths { get; init; }

    /// <value>Epoch seconds from which the key verifies nothing any more; null for never.</value>
    public long? NotAfter { get; init; }

    public override string ToString() => $"{Format} key";
}
