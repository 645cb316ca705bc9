namespace Portcullis.Aws.Ledger;

/// <summary>A decision whose texts do not fit into an item of DynamoDB. Nothing was written.</summary>
/// <param name="size">Its bytes, compressed.</param>
/// <param name="allowed">How many are allowed.</param>
public sealed class DecisionTooLargeException(int size, int allowed) : Exception($"The decision is {size} bytes (compressed); a decision may have {allowed}.");
