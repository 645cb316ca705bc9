namespace Portcullis.Chaos;

/// <summary>An account whose sessions several back-ends ask for at the same time.</summary>
internal sealed class Customer(string id)
{
    private int _unanswered;

    public string Id => id;

    /// <summary>First tokens that were asked for and not answered: each may hold a slot that nobody knows of.</summary>
    public int Unanswered => _unanswered;

    public void Asks() => Interlocked.Increment(ref _unanswered);

    public void IsAnswered() => Interlocked.Decrement(ref _unanswered);
}
