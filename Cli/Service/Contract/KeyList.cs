namespace Portcullis.Cli.Service.Contract;

internal sealed record KeyList(IReadOnlyList<KeyRecord> Keys, RotationRecord? Rotation = null);
