namespace Portcullis.Cli.Evaluation;

/// <summary>The exact central 95 % confidence interval for the mean of a Poisson count (Garwood, 1936).</summary>
/// <param name="Low">The mean at which as many or more have a chance of 2.5 %; 0 where none were seen.</param>
/// <param name="High">The mean at which as many or fewer have a chance of 2.5 %.</param>
internal readonly record struct PoissonInterval(double Low, double High)
{
    private const double Tail = 0.025;

    /// <param name="count">How many were seen, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static PoissonInterval Of(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        // Ten standard deviations and then some: both ends lie well within.
        var far = count + (10 * Math.Sqrt(count + 1)) + 10;
        return new PoissonInterval(
            count == 0 ? 0 : Solve(0, count, mean => AtLeast(count, mean) > Tail),
            Solve(count, far, mean => AtMost(count, mean) < Tail));
    }

    /// <summary>The point between low and high from which on a condition holds.</summary>
    private static double Solve(double low, double high, Func<double, bool> holds)
    {
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }
        return (low + high) / 2;
    }

    // Both sums begin at the count and go away from the mean, so their terms only shrink.
    private static double AtMost(int count, double mean)
    {
        var (sum, term) = (0.0, Chance(count, mean));
        for (var k = count; k >= 0 && term > sum * 1e-17; term *= k-- / mean)
            sum += term;
        return sum;
    }

    private static double AtLeast(int count, double mean)
    {
        var (sum, term) = (0.0, Chance(count, mean));
        for (var k = count; term > sum * 1e-17; term *= mean / ++k)
            sum += term;
        return sum;
    }

    private static double Chance(int count, double mean)
    {
        var logarithm = (count * Math.Log(mean)) - mean;
        for (var k = 2; k <= count; k++)
            logarithm -= Math.Log(k);
        return Math.Exp(logarithm);
    }
}
