using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>What became of an appended decision.</summary>
/// <param name="Effect">Whether it was written, or why not.</param>
/// <param name="Decision">The decision as it stands in the ledger (with its sequence), or as it was offered.</param>
public readonly record struct LedgerReceipt(DecisionEffect Effect, Decision Decision);
