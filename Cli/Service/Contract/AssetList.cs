namespace Portcullis.Cli.Service.Contract;

internal sealed record AssetList(IReadOnlyList<AssetRecord> Assets);
