namespace Portcullis.Assets;

/// <summary>What came of reading an export of SMDE's asset table.</summary>
/// <param name="Assets">The assets that can be read, in the export's order.</param>
/// <param name="Errors">What is wrong with the others: the field's path, starting with the row as <c>assets[3]</c>, counted from 0.</param>
public sealed record SmdeAssetsReading(IReadOnlyList<SmdeAsset> Assets, IReadOnlyList<FieldError> Errors);
