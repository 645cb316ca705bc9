namespace Portcullis.Traffic.Randomness;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): 8 bytes of state, the same numbers on every platform and in every version, which
/// <see cref="System.Random"/> does not promise.
/// </summary>
internal struct Rng(ulong seed)
{
    private const double UnitStep = 1.0 / (1UL << 53);

    private ulong _state = seed;

    /// <summary>The stream of an independent thing: a session, a title, a site.</summary>
    public static Rng For(ulong seed, ulong purpose, ulong index) => new(Mix(seed + Mix(purpose + Mix(index))));

    public static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Next()
    {
        var value = Mix(_state);
        _state += 0x9E3779B97F4A7C15;
        return value;
    }

    /// <summary>0 to <paramref name="limit"/> - 1. The bias, below 2^-32, is of no matter here.</summary>
    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>0 to just under 1.</summary>
    public double Unit() => (Next() >> 11) * UnitStep;

    public double Range(double least, double most) => least + ((most - least) * Unit());

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Milliseconds between two times in seconds.</summary>
    public long Milliseconds(double leastSeconds, double mostSeconds) => (long)(1000 * Range(leastSeconds, mostSeconds));

    public T Pick<T>(T[] items) => items[Below(items.Length)];

    /// <summary>Roughly normal, mean 0 and deviation 1: a sum of four, so never beyond 3.5.</summary>
    public double Bell() => (Unit() + Unit() + Unit() + Unit() - 2) * 1.7320508075688772;

    public double Exponential(double mean) => -mean * Logarithm.Of(1 - Unit());
}
