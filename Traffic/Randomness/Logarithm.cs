namespace Portcullis.Traffic.Randomness;

/// <summary>
/// A natural logarithm from additions, multiplications and divisions alone: <see cref="Math.Log(double)"/> is the C library's, and may
/// differ in the last digit between platforms, and with it every byte that follows.
/// </summary>
internal static class Logarithm
{
    private const double Ln2 = 0.6931471805599453;

    /// <summary>Relative error below 1e-9 for normal positive numbers.</summary>
    public static double Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        // ln m = 2 artanh((m - 1) / (m + 1)), a series in odd powers of at most 1/3.
        var x = (mantissa - 1) / (mantissa + 1);
        var square = x * x;
        var sum = 0.0;
        for (var odd = 17; odd >= 1; odd -= 2)
            sum = (sum * square) + (1.0 / odd);
        return (exponent * Ln2) + (2 * x * sum);
    }
}
