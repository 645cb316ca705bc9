using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Portcullis;

/// <summary>Runs properties from the seed in <c>PORTCULLIS_SEED</c> (default 1), so that a failure can be repeated.</summary>
internal static class Seeded
{
    private static readonly ulong Seed =
        ulong.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    /// <summary>Throws when the property does not hold for one of the drawn values.</summary>
    public static void Holds<T>(Arbitrary<T> values, Func<T, bool> property, int cases = 500) =>
        Prop.ForAll(values, property).Check(Config.QuickThrowOnFailure.WithReplay(Seed, 1UL).WithMaxTest(cases));

    /// <summary>Values from a generator, without shrinking.</summary>
    public static Arbitrary<T> Values<T>(this Gen<T> generator) => generator.ToArbitrary();
}
