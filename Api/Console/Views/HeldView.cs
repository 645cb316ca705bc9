using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Console.Views;

/// <summary>What the page of held decisions shows.</summary>
/// <param name="Count">How many are held.</param>
/// <param name="Held">The newest of them.</param>
/// <param name="Disarmed">The decision by which nothing automatic is enforced, or null.</param>
public sealed record HeldView(int Count, IReadOnlyList<Decision> Held, Decision? Disarmed);

/// <summary>Reads what is held.</summary>
internal sealed class HeldReader(IRevocationLedger ledger, TimeProvider time)
{
    private const int Most = 100;

    public HeldView Read()
    {
        var state = ledger.Current;
        var held = state.Held(time.GetUtcNow().ToUnixTimeSeconds()).ToList();
        return new HeldView(held.Count, [.. held.Take(Most)], state.Disarmed);
    }
}
