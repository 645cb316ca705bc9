namespace Portcullis.Enforcement;

/// <summary>Compares plans of one kind and counts what is in them.</summary>
/// <typeparam name="TPlan">What a target must hold.</typeparam>
public interface IPlanMeasure<in TPlan>
{
    /// <summary>The ledger sequence a plan was drawn from.</summary>
    long Version(TPlan plan);

    /// <summary>How many revocations it holds.</summary>
    int Entries(TPlan plan);

    /// <summary>How many keys it holds.</summary>
    int Keys(TPlan plan);

    /// <summary>The ids of the keys it holds; null for a kind of target that holds none by its nature.</summary>
    IReadOnlyCollection<string>? KeyIds(TPlan plan) => null;

    /// <summary>How many revocations and keys it should hold and has no room for.</summary>
    int LeftOut(TPlan plan);

    /// <summary>Whether two plans ask the same of the target.</summary>
    bool AreEqual(TPlan left, TPlan right);
}
