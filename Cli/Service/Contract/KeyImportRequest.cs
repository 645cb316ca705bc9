namespace Portcullis.Cli.Service.Contract;

/// <summary>Hands a key over; the only request with a secret in it.</summary>
internal sealed record KeyImportRequest(string Format, string KeyId, string Secret, bool Signing)
{
    public override string ToString() => $"{KeyId} ({Format})";
}
