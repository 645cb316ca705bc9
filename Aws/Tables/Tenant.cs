namespace Portcullis.Aws.Tables;

/// <summary>Whose everything stored is: the first part of every partition key.</summary>
internal static class Tenant
{
    /// <summary>The only tenant there is for now.</summary>
    public const string Default = "default";

    /// <summary>A partition key of the tenant.</summary>
    /// <param name="rest">What follows its name, such as <c>assets</c>.</param>
    public static string Key(string rest) => $"{Default}#{rest}";
}
